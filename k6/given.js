/** What the run is given: the plan, and texts with placeholders to be filled. */
export const plan = JSON.parse(open("./plan.json"));
export const SMOKE = plan.kind === "smoke";

const PLACEHOLDER = /\{(env\.)?([A-Za-z_]\w*)\}/g;
const ONE_PLACEHOLDER = /^\{(env\.)?([A-Za-z_]\w*)\}$/;
const SECRETS = (__ENV.GOLIVE_SECRETS || "").split(",").filter((name) => __ENV[name]);
/** What could be a token: a long text without spaces. */
const OPAQUE = /^\S{24,}$/;
const MOST_SHOWN = 80;

/** A placeholder that nothing fills. */
export class Unfilled extends Error {}

function valueOf(environment, name, variables) {
  const value = environment ? __ENV[name] : variables[name];
  if (value === undefined) throw new Unfilled(environment ? `env.${name}` : name);
  return value;
}

/** The text with its placeholders filled, each value as `encode` has it. */
export const fill = (template, variables, encode = String) =>
  template.replace(PLACEHOLDER, (_, environment, name) => {
    const value = valueOf(environment, name, variables);
    return environment ? value : encode(value);
  });

/** Any JSON with the placeholders of its texts filled; a text that is one placeholder takes the variable's type. */
export function fillAll(value, variables) {
  if (typeof value === "string") {
    const [whole, environment, name] = ONE_PLACEHOLDER.exec(value) || [];
    return whole ? valueOf(environment, name, variables) : fill(value, variables);
  }
  if (Array.isArray(value)) return value.map((item) => fillAll(item, variables));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillAll(item, variables)]));
}

/** An address: whole as it is, or below the base. */
export function addressOf(path, variables) {
  const filled = fill(path, variables, encodeURIComponent);
  return /^\w+:\/\//.test(filled) ? filled : fill(plan.baseUrl, variables) + filled;
}

/** A value for people: a text in quotes, cut short, and without what could be a secret. */
export function shown(value) {
  if (value === undefined) return "nothing";
  const isText = typeof value === "string";
  const text = withoutSecrets(isText ? value : JSON.stringify(value));
  if (OPAQUE.test(text)) return `${text.length} characters without a space`;
  const short = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return isText ? `"${short}"` : short;
}

export const withoutSecrets = (text) =>
  SECRETS.reduce((rest, name) => rest.split(__ENV[name]).join(`{env.${name}}`), text);
