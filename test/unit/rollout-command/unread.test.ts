import assert from "node:assert/strict";
import { hintsIn } from "../../../cli/rollout/reach";
import { withSettings } from "../../../cli/rollout/stack-file";
import { onceBack, unreadAfter } from "../../../cli/rollout/unread";
import type { Entry, Event } from "../../../rollout/journal";
import { entryOf, firstEntry, replay } from "../../../rollout/replay";
import type { State } from "../../../rollout/state";
import { change, plan } from "../rollout/fixtures";

const NOW = Date.parse("2026-11-29T01:00:00Z");

/** A rollout of two changes that goes back, and what its journal has of that. */
function stateAfter(...events: readonly Event[]): State {
  const given = plan([change("10", { percent: 10 }), change("50", { percent: 50 })]);
  const before: readonly Event[] = [
    { kind: "change begun", step: "10" },
    { kind: "change done", step: "10" },
    { kind: "rolling back", cause: { kind: "asked", by: "ana" }, reason: "drill" },
  ];
  const entries: Entry[] = [firstEntry("enova-1", given, "ana", NOW)];
  for (const event of [...before, ...events]) {
    const state = replay(entries);
    assert.ok("value" in state);
    entries.push(entryOf(state.value, event, NOW));
  }
  const state = replay(entries);
  assert.ok("value" in state, JSON.stringify(state));
  return state.value;
}

describe("the way back without a stack file", () => {
  it("E5 what has failed is not tried again, and is named with what the next up would do", () => {
    const state = stateAfter(
      { kind: "undo begun", step: "10" },
      { kind: "undo failed", step: "10", message: "no YAML" },
    );
    const action = onceBack(state, NOW);
    assert.deepEqual([action.kind, "message" in action ? action.message : ""], ["stuck", "no YAML"]);
    const [line = "", ...others] = unreadAfter("Pulumi.staging.yaml", state);
    assert.deepEqual(others, []);
    assert.match(line, /not taken back: 10\. Mend .* `golive rollback enova --stack \S+` does it/);
    assert.match(line, /write golive:enova\.canary\.phase: rollback/);
  });

  it("E5 what is written is told as it stands", () => {
    const state = stateAfter({ kind: "undo begun", step: "10" }, { kind: "undo done", step: "10" });
    assert.equal(onceBack(state, NOW).kind, "record");
    const [line = ""] = unreadAfter("Pulumi.staging.yaml", state);
    assert.match(line, /^Pulumi\.staging\.yaml now says golive:enova\.canary\.phase: rollback/);
  });

  it("E5 a broken file still says where its cluster is, and nothing is written into it", () => {
    const text =
      'config:\n  golive:kubernetes: { context: kind }\n  golive:enova:\n    namespace: shop\n    canary: { phase: "50" }\n  golive:x: "\n';
    assert.deepEqual(hintsIn(text, "enova"), {
      kubernetes: { context: "kind", kubeconfig: undefined },
      namespace: "shop",
    });
    assert.throws(() => withSettings(text, [{ path: "enova.canary.phase", value: "rollback" }]), {
      name: "UserError",
      message: /^the stack file is no YAML, and nothing is written into it: /,
    });
  });
});
