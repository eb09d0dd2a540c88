/** The rules as policies of Pulumi's: one each, judged on inputs before anything is created, or over the whole stack at its end. */
import type {
  Policies,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Exemption } from "../settings/policies";
import { configSchemaOf } from "./config-schema";
import { endedExemptions, exemptionFaults, exemptionOf } from "./exemptions";
import { judge, messagesOf, objectName, stops, type Judgement } from "./judgement";
import { ParameterError, settingsOf, type Setting } from "./parameters";
import type { RenderChart } from "./release";
import { remedied } from "./remedy";
import { onRoot } from "./root";
import { isJudged, Subjects } from "./resource";
import type { Rule } from "./rule";
import { stackPolicies, type StackPolicies, type StackValues } from "./stack";
import type { Subject } from "./subject";
import { plain } from "./unknown";
import { World } from "./world";

/** Where and for which stack the pack runs. */
export interface PackSettings {
  /** The stack's name; empty where no stack is selected. */
  readonly stack: string;
  /** The stack file's values, by what follows `golive:`. */
  readonly values: StackValues;
  /** Where a relative chart path may start, tried in order. */
  readonly folders: readonly string[];
  readonly render: RenderChart;
  readonly now: Date;
  readonly rules: readonly Rule[];
  /** The policies over releases. @default - none */
  readonly release?: readonly ResourceValidationPolicy[];
}

const NOTHING: StackPolicies = { stackFile: {}, implied: {}, exemptions: [] };

/** golive's pack: its policies, and the settings by which they judge. */
export class Pack {
  /** Those over releases first, then one for each rule in the order of docs/policies.md, then those over the pack itself. */
  readonly policies: Policies;
  private readonly written: StackPolicies;
  private readonly mistaken: ParameterError | undefined;
  private readonly subjects: SubjectsOnce;
  private readonly undecided = new Map<string, string>();
  private settings: ReadonlyMap<string, Setting> | ParameterError;

  constructor(private readonly pack: PackSettings) {
    const written = attempt(() => stackPolicies(pack.values));
    this.mistaken = written instanceof ParameterError ? written : undefined;
    this.written = written instanceof ParameterError ? NOTHING : written;
    this.settings = this.mistaken ?? this.settingsWith({});
    this.subjects = new SubjectsOnce(new Subjects(pack.folders, renderOnce(pack.render)));
    this.policies = [
      ...(pack.release ?? []),
      ...pack.rules.map((rule) =>
        rule.needsWorld === true ? this.worldPolicy(rule) : this.objectPolicy(rule),
      ),
      this.exemptionsPolicy(),
      this.undecidedPolicy(),
    ];
  }

  /**
   * Takes a policy configuration. What is wrong with it, or with the stack file, is given back in words, and from then on every
   * policy fails by it.
   */
  configure(given: Readonly<Record<string, unknown>>): string | undefined {
    this.settings = this.mistaken ?? this.settingsWith(given);
    return this.settings instanceof ParameterError ? this.settings.message : undefined;
  }

  private settingsWith(
    configuration: Readonly<Record<string, unknown>>,
  ): ReadonlyMap<string, Setting> | ParameterError {
    return attempt(() => settingsOf(this.pack.rules, this.pack.stack, { ...this.written, configuration }));
  }

  private objectPolicy(rule: Rule): ResourceValidationPolicy {
    const { remedy } = rule;
    return {
      ...this.described(rule),
      validateResource: (args, report) => {
        if (!isJudged(args.type)) return undefined;
        const judged = this.subjects.ofInputs(args);
        const tell = (found: readonly Judged[]): void => {
          this.report(
            found.flatMap(({ subject, world }) => this.judge(rule, subject, world) ?? []),
            report,
          );
        };
        if (judged instanceof Promise) return judged.then(tell);
        tell(judged);
        return undefined;
      },
      ...(remedy === undefined
        ? {}
        : {
            remediateResource: async (args) => {
              const [judged] = isJudged(args.type) ? await this.subjects.ofInputs(args) : [];
              return judged === undefined ? undefined : remedied(args.props, rule, judged.subject);
            },
          }),
    };
  }

  private worldPolicy(rule: Rule): StackValidationPolicy {
    return {
      ...this.described(rule),
      validateStack: async (args, report) => {
        const world = await this.subjects.world(args);
        this.report(
          world.subjects.flatMap((subject) => this.judge(rule, subject, world) ?? []),
          report,
        );
      },
    };
  }

  private described(rule: Rule) {
    const setting = this.settings instanceof ParameterError ? undefined : this.settings.get(rule.name);
    const schema = configSchemaOf(rule);
    return {
      name: rule.name,
      description: `${rule.checks} (${rule.requirements.join(", ")})`,
      severity: rule.severity,
      remediationSteps: rule.mend,
      enforcementLevel: setting?.level ?? "mandatory",
      ...(schema === undefined ? {} : { configSchema: schema }),
    } as const;
  }

  private judge(rule: Rule, subject: Subject, world: World): Judgement | undefined {
    if (this.settings instanceof ParameterError) throw this.settings;
    const parameters = this.settings.get(rule.name)?.parameters ?? {};
    const judgement = judge(rule, subject, { parameters, world });
    if (judgement !== undefined) this.note(judgement);
    return judgement;
  }

  /** One report for all that a rule says: the SDK repeats the description before each. */
  private report(judgements: readonly Judgement[], report: (message: string) => void): void {
    const { exemptions } = this.written;
    const messages = judgements
      .filter(stops)
      .filter((judgement) => exemptionOf(judgement, exemptions, this.pack.now) === undefined)
      .flatMap(messagesOf);
    if (messages.length > 0) report([...new Set(messages)].join("\n"));
  }

  private note({ rule, subject, verdict, violations }: Judgement): void {
    const key = `${rule.name} on ${objectName(subject)}`;
    if (verdict === "undecidable")
      this.undecided.set(key, `${key}: ${violations.map(({ path }) => path).join(", ")}`);
    else this.undecided.delete(key);
  }

  /** One that has ended is refused on the root stack resource, before anything is created. */
  private exemptionsPolicy(): ResourceValidationPolicy & StackValidationPolicy {
    return {
      name: "exemptions",
      description: "Every exemption of golive:exemptions still holds, and exempts something. (K27)",
      severity: "high",
      enforcementLevel: "mandatory",
      validateResource: onRoot((report) => {
        const ended = endedExemptions(this.written.exemptions, this.pack.now);
        if (ended.length > 0) report(ended.join("\n"));
      }),
      validateStack: async (args, report) => {
        const { exemptions } = this.written;
        if (exemptions.length === 0) return;
        const world = await this.subjects.world(args);
        const judgements = exemptions.flatMap((exemption) => this.judgeExempted(exemption, world));
        const faults = exemptionFaults(exemptions, judgements, this.pack.now);
        if (faults.length > 0) report(faults.join("\n"));
      },
    };
  }

  private judgeExempted({ rule: name, resource }: Exemption, world: World): Judgement[] {
    const rule = this.pack.rules.find((each) => each.name === name);
    if (rule === undefined) return [];
    return world.subjects
      .filter((subject) => objectName(subject) === resource)
      .flatMap(
        (subject) => this.judge(rule, subject, rule.needsWorld === true ? world : new World([subject])) ?? [],
      );
  }

  private undecidedPolicy(): StackValidationPolicy {
    return {
      name: "undecided",
      description:
        "What preview could not judge, for it is known only at up: each rule refuses it at its own level. (K27)",
      severity: "low",
      enforcementLevel: "advisory",
      validateStack: (_, report) => {
        const found = [...this.undecided.values()];
        if (found.length > 0)
          report(
            [
              `${found.length} verdict${found.length === 1 ? "" : "s"} could not be reached at preview:`,
              ...found,
            ].join("\n  "),
          );
      },
    };
  }
}

function attempt<T>(make: () => T): T | ParameterError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ParameterError) return error;
    throw error;
  }
}

interface Judged {
  readonly subject: Subject;
  /** The object alone. */
  readonly world: World;
}

/** What there is to judge, made once for all policies: each is handed the same trees (`deserialiseOnce`). */
class SubjectsOnce {
  private readonly ofTrees = new WeakMap<object, readonly Judged[] | Promise<readonly Judged[]>>();
  /** By URN: what the resources were given. The outputs that a stack policy sees may be unknown as a whole where one value in them is. */
  private readonly inputs = new Map<string, readonly Judged[] | Promise<readonly Judged[]>>();
  private readonly worlds = new WeakMap<object, Promise<World>>();

  constructor(private readonly subjects: Subjects) {}

  /** What is known already comes at once: a promise more for every policy and resource is half the cost of judging. */
  ofInputs(args: ResourceValidationArgs): readonly Judged[] | Promise<readonly Judged[]> {
    const judged = this.of(args.type, args.name, args.urn, args.props);
    this.inputs.set(args.urn, judged);
    return judged;
  }

  /** All objects of a stack, with what each input of theirs comes from. */
  world({ resources }: StackValidationArgs): Promise<World> {
    const tree = plain(resources[0]?.props);
    const known = isObject(tree) ? this.worlds.get(tree) : undefined;
    const world = known ?? this.newWorld(resources);
    if (isObject(tree)) this.worlds.set(tree, world);
    return world;
  }

  private async newWorld(resources: StackValidationArgs["resources"]): Promise<World> {
    const subjects = await Promise.all(
      resources
        .filter(({ type, urn }) => isJudged(type) && this.isRegistered(urn))
        .map(async ({ type, name, urn, props, propertyDependencies }) => {
          const judged = await (this.inputs.get(urn) ?? this.of(type, name, urn, props));
          const dependsOn = Object.fromEntries(
            Object.entries(propertyDependencies).map(([input, sources]) => [
              input,
              sources.map((source) => source.urn),
            ]),
          );
          return judged.map(({ subject }) => ({ ...subject, dependsOn }));
        }),
    );
    return new World(subjects.flat());
  }

  /**
   * An `up` that refreshes first leaves what it then deletes among the stack's resources (seen in Pulumi 3.259): what the
   * program did not register is not there any more.
   */
  private isRegistered(urn: string): boolean {
    return this.inputs.size === 0 || this.inputs.has(urn);
  }

  private of(
    type: string,
    name: string,
    urn: string,
    inputs: unknown,
  ): readonly Judged[] | Promise<readonly Judged[]> {
    const props = plain(inputs);
    if (!isObject(props)) return [];
    const known = this.ofTrees.get(props);
    if (known !== undefined) return known;
    const made = this.subjects.of({ type, name, urn, props }).then((subjects) => {
      const judged = subjects.map((subject) => ({ subject, world: new World([subject]) }));
      this.ofTrees.set(props, judged);
      return judged;
    });
    this.ofTrees.set(props, made);
    return made;
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A chart is rendered once, however often its release is met: as inputs, and as outputs. */
function renderOnce(render: RenderChart): RenderChart {
  const renderings = new Map<string, ReturnType<RenderChart>>();
  return (request) => {
    const key = JSON.stringify(request);
    const rendering = renderings.get(key) ?? render(request);
    renderings.set(key, rendering);
    return rendering;
  };
}
