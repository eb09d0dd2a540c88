/** What the API server tells of a namespace's objects while something else changes them. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { z } from "zod";
import { findTool } from "../../engine/acquire";
import type { Cluster } from "../../engine/cluster/cluster";
import { kubectl, waitUntil } from "./cluster";

const watched = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    /** Of the whole API server: what has a lower one was there before. */
    resourceVersion: z.coerce.number(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.unknown(),
});
const event = z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: watched });

type WatchedObject = z.infer<typeof watched>;
/** One event of a watch. */
export type WatchEvent = z.infer<typeof event>;

/** A watch of one kind of object in one namespace. It keeps, in order, what changes annotations or spec, and what comes and goes. */
export class ObjectWatch {
  private read = 0;
  private readonly events: WatchEvent[] = [];
  private readonly live = new Map<string, string>();

  private constructor(
    private readonly process: ChildProcess,
    lines: Interface,
    private readonly list: () => Promise<string>,
  ) {
    lines.on("line", (line) => this.keep(event.parse(JSON.parse(line))));
  }

  /** Starts the watch. `kind` is a plural as kubectl takes it. */
  static async start(cluster: Cluster, kind: string, namespace: string): Promise<ObjectWatch> {
    const get = ["get", kind, `--namespace=${namespace}`, "--output=json"];
    const args = [`--kubeconfig=${cluster.kubeconfig}`, ...get, "--watch", "--output-watch-events"];
    const child = spawn(await findTool("kubectl"), args, { stdio: ["ignore", "pipe", "inherit"] });
    return new ObjectWatch(child, createInterface({ input: child.stdout }), () => kubectl(cluster, get));
  }

  /** Everything since this was last asked, once the watch has told what the API server has now. */
  async changes(): Promise<readonly WatchEvent[]> {
    const now = z.object({ items: z.array(watched) }).parse(JSON.parse(await this.list()));
    const wanted = now.items.map(contentOf).sort();
    await waitUntil("the watch tells what the API server has", () => {
      const told = [...this.live.values()].sort();
      return told.length === wanted.length && told.every((content, index) => content === wanted[index]);
    });
    const since = this.events.slice(this.read);
    this.read = this.events.length;
    return since;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.kill();
    await ended;
  }

  /** An object that waits to be deleted is there until it is gone. */
  private keep(told: WatchEvent): void {
    const { uid } = told.object.metadata;
    const content = contentOf(told.object);
    if (told.type === "DELETED") this.live.delete(uid);
    else if (this.live.get(uid) === content) return;
    else this.live.set(uid, content);
    this.events.push(told);
  }
}

/** What somebody declared of an object; status and bookkeeping are left out. */
const contentOf = ({ metadata, spec }: WatchedObject): string =>
  JSON.stringify([metadata.uid, metadata.annotations, spec]);
