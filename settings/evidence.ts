/**
 * What a system asks of a release on this stack: who signs, how long it ran elsewhere before, and when it may begin
 * (rows L9, G9, G16, S1). A system adds `evidence` to its mapping; `evidence/gate.ts` judges by it.
 */
import * as z from "zod";
import { parsePublicKey } from "../evidence/keys";
import { roles } from "../evidence/line";
import type { Signer } from "../evidence/signatures/signer";
import { releaseWindow } from "./alerting";
import { parseDate } from "./date";
import { duration, exactlyOne, filled, list, mapping, text } from "./fields";
import type { Problem } from "./rules";
import { service } from "./service";

const LANGUAGES = ["es", "en"] as const;

/** Stacks in the order in which a version passes them; a stack such as `staging-eu` is of the stage that it begins with. */
export const STAGES = ["develop", "staging", "production"] as const;
export type Stage = (typeof STAGES)[number];

/** The stage of a stack, where its name says one. */
export function stageOf(stack: string): Stage | undefined {
  const [first] = stack.split("-");
  return STAGES.find((stage) => stage === first);
}

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: () => `expected one of ${names.join(", ")}` });

const day = (description: string) =>
  text(parseDate, { title: "date", description, examples: ["2026-12-31"] });

const signer = mapping(
  {
    name: filled("Name of the person."),
    account: filled("Account of the forge: an author may not sign, and no one for two roles."),
    key: text(parsePublicKey, {
      title: "ed25519 public key",
      description:
        "What golive release keys prints: base64 of the 32 bytes, or PEM. Exactly one of key and sigstore.",
    }).optional(),
    sigstore: mapping(
      {
        issuer: filled("Issuer of the OpenID Connect token, e.g. https://accounts.google.com."),
        identity: filled("E-mail address or URI in the certificate."),
      },
      "Whom Sigstore's certificate names.",
    ).optional(),
  },
  "A person, with a key or by Sigstore.",
)
  .transform(({ key, sigstore, ...person }, context): Signer => {
    exactlyOne({ key, sigstore }, ["key", "sigstore"], context);
    if (key !== undefined) return { ...person, key };
    return sigstore === undefined ? z.NEVER : { ...person, sigstore };
  })
  .meta({ oneOf: [{ required: ["key"] }, { required: ["sigstore"] }] });

const ROLES = `expected a role: ${roles.join(", ")}`;

const signers = z
  .partialRecord(z.enum(roles), signer, {
    error: ({ code }) =>
      code === "invalid_key" ? ROLES : "expected a mapping of ROLE: { name, account, key }",
  })
  .describe(`Who signs, by role: ${roles.join(", ")}. One person a role.`);

const soak = mapping(
  {
    stack: filled("Stack on which the version ran before, such as staging.", "name of a stack"),
    time: duration("Time for which it ran there."),
  },
  "What the same images went through before. Not set: nothing is asked for beside the checklist.",
);

const override = mapping(
  {
    window: mapping(
      {
        reason: filled("Why the release does not wait."),
        by: oneOf(roles).describe("Role that answers for it; one of signers."),
        until: day("Last day on which it holds (UTC)."),
      },
      "A release outside its windows.",
    ).optional(),
  },
  "What holds in place of a rule, for a while.",
);

const adopted = mapping(
  {
    repository: service.image.shape.repository,
    tag: service.image.shape.tag,
    digest: service.image.shape.digest,
    reason: filled("Why no record is asked for."),
    owner: filled("Who answers for the image."),
  },
  "An image that ran before golive did, and has no record.",
);

/** The field of a system's mapping. */
export const evidence = mapping(
  {
    language: oneOf(LANGUAGES)
      .default("es")
      .describe("Language of the checklist: es is the document's own text."),
    signers: signers.default({}),
    soak: soak.optional(),
    windows: list(
      releaseWindow,
      "When a release may begin. Not set: in alerting.releaseWindows; without them at any time.",
    ).optional(),
    override: override.prefault({}),
    adopted: list(adopted, "Images without a record, each with its reason.").default([]),
  },
  "What a release must show. Not set: it is not gated, which production refuses.",
);

/** What a system asks of a release, parsed. */
export type EvidenceSettings = z.output<typeof evidence>;

function sound<Field extends z.ZodType>(field: Field) {
  return field.optional().catch(undefined);
}

const view = z.object({
  signers: z.record(z.string(), sound(signer)).catch({}),
  soak: sound(z.object({ stack: sound(soak.shape.stack) })),
  override: sound(z.object({ window: sound(z.object({ by: sound(oneOf(roles)) })) })),
});

type View = z.output<typeof view>;

/** By what a person is known: two roles that share one are one person, who would sign for both. */
const TRAITS: readonly (readonly [what: string, of: (signer: Signer) => string | undefined])[] = [
  ["account", ({ account }) => account.toLowerCase()],
  ["key", (given) => ("key" in given ? given.key.id : undefined)],
  ["sigstore", (given) => ("sigstore" in given ? JSON.stringify(given.sigstore) : undefined)],
];

function signerProblems({ signers: given }: View): readonly Problem[] {
  const known = Object.entries(given).flatMap(([role, person]) => (person ? [{ role, person }] : []));
  return TRAITS.flatMap(([what, of]) =>
    known.flatMap(({ role, person }, index) => {
      const trait = of(person);
      const other = known.slice(0, index).find((before) => of(before.person) === trait);
      if (trait === undefined || other === undefined) return [];
      const message = `expected another than that of ${other.role}: nobody signs for two roles`;
      return [{ path: ["signers", role, what], message }];
    }),
  );
}

function soakProblems(stack: string, { soak: given }: View): readonly Problem[] {
  const [own, other] = [stageOf(stack), given?.stack];
  if (other === undefined) return [];
  const earlier = own === undefined ? STAGES : STAGES.slice(0, STAGES.indexOf(own));
  if (earlier.some((stage) => stage === stageOf(other)) && other !== stack) return [];
  const choice =
    earlier.length === 0 ? `; before ${stack} there is none` : ` such as ${earlier.join(" or ")}`;
  return [{ path: ["soak", "stack"], message: `expected a stack before this one${choice}` }];
}

function overrideProblems({ override: given, signers: known }: View): readonly Problem[] {
  const by = given?.window?.by;
  if (by === undefined || by in known) return [];
  return [
    {
      path: ["override", "window", "by"],
      message: `expected a role of signers; add ${by} there, or name another`,
    },
  ];
}

/** Every mistake between the fields of a system's `evidence`. */
export function evidenceProblems({
  stack,
  service: given,
}: {
  readonly stack: string;
  readonly service: unknown;
}): readonly Problem[] {
  const system = z.object({ evidence: view }).safeParse(given).data;
  if (system === undefined) return [];
  const seen = system.evidence;
  return [...signerProblems(seen), ...soakProblems(stack, seen), ...overrideProblems(seen)].map(
    (problem) => ({
      ...problem,
      path: ["evidence", ...problem.path],
    }),
  );
}
