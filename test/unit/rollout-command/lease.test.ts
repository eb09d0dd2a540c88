import assert from "node:assert/strict";
import { hostname } from "node:os";
import { Lease, LeaseLost, type LeaseApi } from "../../../cli/rollout/lease";
import { z } from "zod";
import { waitUntil } from "../../support/cluster";

const lease = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional() }),
  spec: z.looseObject({ holderIdentity: z.string(), acquireTime: z.string(), renewTime: z.string() }),
});
type Held = z.infer<typeof lease>;

/** A stand-in for the API server, which holds one Lease; `away` while it does not answer. */
class Server implements LeaseApi {
  held: Held | undefined;
  away = false;
  private looks = 0;
  private version = 0;

  get(): Promise<Held | undefined> {
    this.looks += 1;
    return this.answer(() => this.held);
  }

  /** How often it was read. */
  timesRead(): number {
    return this.looks;
  }

  create(given: object): Promise<Held | "taken"> {
    return this.answer(() => (this.held === undefined ? this.keep(given) : "taken"));
  }

  replace(given: object): Promise<Held | "taken"> {
    return this.answer(() => {
      const { resourceVersion } = lease.parse(given).metadata;
      return resourceVersion === this.held?.metadata.resourceVersion ? this.keep(given) : "taken";
    });
  }

  private keep(given: object): Held {
    const sent = lease.parse(given);
    this.version += 1;
    this.held = { ...sent, metadata: { ...sent.metadata, resourceVersion: String(this.version) } };
    return this.held;
  }

  private answer<T>(work: () => T): Promise<T> {
    return this.away ? Promise.reject(new Error("no answer")) : Promise.resolve().then(work);
  }
}

const PLACE = { namespace: "enova-staging", system: "enova", seconds: 2 };
const on = (machine: string, pid = 1) => ({ ...PLACE, identity: `ana@${machine}:${pid}:ab12` });

describe("the Lease of a system's rollouts", () => {
  const leases: Lease[] = [];
  afterEach(async () => {
    for (const held of leases.splice(0)) await held.release();
  });
  const acquire = async (server: Server, asked: ReturnType<typeof on>): Promise<Lease> => {
    const held = await Lease.acquire(server, asked);
    leases.push(held);
    return held;
  };

  it("S3 of ten on ten machines that ask at once one has it, and the others are told who", async () => {
    const server = new Server();
    const asked = Array.from({ length: 10 }, (_, index) => acquire(server, on(`machine-${index}`)));
    const ended = await Promise.allSettled(asked);
    assert.equal(ended.filter(({ status }) => status === "fulfilled").length, 1);
    for (const one of ended) {
      if (one.status === "rejected") {
        assert.match(
          String(one.reason),
          /A rollout of enova is run by ana@machine-\d, process 1 since \d{4}-/,
        );
      }
    }
  });

  it("S3 one that its holder gives back can be had at once", async () => {
    const server = new Server();
    await (await Lease.acquire(server, on("a"))).release();
    await acquire(server, on("b"));
    assert.match(server.held?.spec.holderIdentity ?? "", /^ana@b:/);
  });

  it("S3 of a holder that is dead it is taken over: at once on its own machine, elsewhere once it has stood still", async () => {
    const server = new Server();
    const dead = { holderIdentity: `ana@${hostname()}:999999999:x`, acquireTime: "t", renewTime: "t" };
    server.held = { metadata: { resourceVersion: "0" }, spec: dead };
    await acquire(server, on(hostname(), process.pid));
    assert.equal(server.timesRead(), 1);
    server.held = {
      metadata: { resourceVersion: "9" },
      spec: { ...dead, holderIdentity: "ana@elsewhere:1:x" },
    };
    await acquire(server, on("b"));
    assert.ok(server.timesRead() > 2);
  });

  it("S3 who has lost it may change nothing more", async () => {
    const server = new Server();
    const held = await acquire(server, on("a"));
    const spec = { holderIdentity: "ana@b:1:x", acquireTime: "t", renewTime: "t" };
    server.held = { metadata: { resourceVersion: "99" }, spec };
    await assert.rejects(held.confirm(), LeaseLost);
  });

  it("S3 an API server that is away for a while takes it from nobody", async () => {
    const server = new Server();
    const held = await acquire(server, on("a"));
    server.away = true;
    await assert.rejects(held.confirm(), /no answer/);
    await waitUntil("its time is over", () => !held.isHeld);
    server.away = false;
    await held.confirm();
    assert.equal(held.isHeld, true);
  });
});
