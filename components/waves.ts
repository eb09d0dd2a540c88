/** Groups of resources, one after the other, each verified before the next begins. */
import * as pulumi from "@pulumi/pulumi";
import { tableProblems, waveName } from "./waves/table";

/** Where a wave's resources go. */
export interface WavePlace {
  /** Begins the names of the resources: `<table>-<order>-<wave>`, of a verification with `-verification` at its end. */
  readonly name: string;
  /** Options of each resource: by their parent they wait for the wave before, however deep they lie in components. */
  readonly opts: { readonly parent: pulumi.Resource };
}

/** One wave. */
export interface Wave {
  /** Names the wave in the plan and in what fails, e.g. `auth`. */
  readonly name: string;
  /** Declares what the wave brings, all of it before it returns. @default - nothing: the wave is a verification alone */
  readonly declare?: (place: WavePlace) => void;
  /** Declares what must succeed once the wave is there, before the next may begin: at least one resource. */
  readonly verify: (place: WavePlace) => void;
}

/**
 * Declares waves in their order. Whatever a wave declares waits for the verification of the wave before, and whatever
 * verifies it waits for all that it declares, so that plain `pulumi up` keeps the order. What fails stops the waves that
 * follow: they are left as they were. A wave in which nothing changed has nothing to do.
 *
 * @throws {pulumi.RunError} when there is no wave, when a name is no label or is taken twice, or when a wave's verification
 *   declares nothing.
 * @see S3, D10 of the requirements
 */
export class Waves extends pulumi.ComponentResource {
  /** The verification of the last wave: what depends on it waits for all waves. */
  readonly verified: pulumi.Resource;

  constructor(name: string, waves: readonly Wave[], opts?: pulumi.ComponentResourceOptions) {
    super("golive:components:Waves", name, {}, opts);
    check(name, waves);
    let verified: pulumi.ComponentResource | undefined;
    for (const [index, wave] of waves.entries()) {
      const before = verified === undefined ? (opts?.dependsOn ?? []) : [verified];
      verified = declareWave(waveName(name, index, wave.name), wave, this, before);
    }
    this.verified = verified ?? this;
    this.registerOutputs({});
  }
}

function check(name: string, waves: readonly Wave[]): void {
  const problems = tableProblems(waves.map((wave) => wave.name));
  if (problems.length > 0) throw new pulumi.RunError([`waves of ${name}:`, ...problems].join("\n  "));
}

type Before = NonNullable<pulumi.ResourceOptions["dependsOn"]>;

/** Declares one wave and its verification, which it gives. */
function declareWave(
  name: string,
  { declare, verify }: Wave,
  parent: pulumi.Resource,
  before: Before,
): pulumi.ComponentResource {
  const wave = group("Wave", name, parent, before, declare ?? (() => undefined));
  // What a wave declares has waited already; one that declares nothing would let its verification begin at once.
  const dependsOn = wave.size === 0 ? before : [wave.group];
  const verification = group("WaveVerification", `${name}-verification`, parent, dependsOn, verify);
  if (verification.size === 0) throw new pulumi.RunError(`wave ${name}: expected a verification, found none`);
  return verification.group;
}

/** Resources that all wait for `before`: the engine gives what a component depends on to none of its children. */
function group(
  type: string,
  name: string,
  parent: pulumi.Resource,
  before: Before,
  declare: (place: WavePlace) => void,
) {
  let made = 0;
  const wait: pulumi.ResourceTransformation = ({ props, opts }) => {
    made += 1;
    return { props, opts: pulumi.mergeOptions(opts, { dependsOn: before }) };
  };
  const component = new pulumi.ComponentResource(
    `golive:components:${type}`,
    name,
    {},
    { parent, transformations: [wait] },
  );
  declare({ name, opts: { parent: component } });
  // The group itself is one of them.
  return { group: component, size: made - 1 };
}
