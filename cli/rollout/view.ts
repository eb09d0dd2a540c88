/** How a rollout shows itself while it runs: a live screen on a terminal, lines elsewhere, JSON for machines. */
import logUpdate from "log-update";
import type { Action } from "../../rollout/engine";
import type { Entry } from "../../rollout/journal";
import type { State } from "../../rollout/state";
import { screen } from "./screen";
import { entryLine } from "./text";

export interface View {
  doing(action: Action, state: State): void;
  kept(entry: Entry, state: State): void;
  /** Something beside the journal. */
  say(text: string): void;
  end(): void;
}

/** Machines get the journal itself, an entry a line; what is beside it goes to standard error. */
const jsonView: View = {
  doing: () => undefined,
  kept: (entry) => console.log(JSON.stringify(entry)),
  say: (text) => void process.stderr.write(`${text}\n`),
  end: () => undefined,
};

/** Says something where no view is open. */
export const sayBeside = ({ json = false }: { json?: boolean }, text: string): void =>
  json ? jsonView.say(text) : console.log(text);

/** A line an entry; a verdict that says the same again is not told again within a minute. */
function lineView(): View {
  let told: { readonly text: string; readonly at: number } | undefined;
  const SILENT_MS = 60_000;
  return {
    doing: () => undefined,
    kept(entry, state) {
      const line = entryLine(entry, state);
      if (line === undefined) return;
      const { event } = entry;
      if (event.kind === "verdict" && event.verdict.kind === "hold") {
        const text = `${event.step} ${event.verdict.by}`;
        const at = Date.parse(entry.at);
        if (told?.text === text && at - told.at < SILENT_MS) return;
        told = { text, at };
      } else {
        told = undefined;
      }
      console.log(line);
    },
    say: (text) => console.log(text),
    end: () => undefined,
  };
}

const FRAME_MS = 250;

function screenView(): View {
  let shown: { readonly action: Action; readonly state: State } | undefined;
  const above: string[] = [];
  const draw = () => {
    if (above.length > 0) {
      logUpdate.clear();
      for (const line of above.splice(0)) console.log(line);
    }
    if (shown !== undefined) logUpdate(screen(shown.state, shown.action, Date.now()).join("\n"));
  };
  const timer = setInterval(draw, FRAME_MS);
  return {
    doing(action, state) {
      shown = { action, state };
    },
    kept(entry, state) {
      const line = entryLine(entry, state);
      if (line !== undefined && entry.event.kind !== "verdict") above.push(line);
    },
    say: (text) => void above.push(text),
    end() {
      clearInterval(timer);
      draw();
      logUpdate.done();
    },
  };
}

export function viewOf({ json = false }: { json?: boolean }): View {
  if (json) return jsonView;
  return process.stdout.isTTY ? screenView() : lineView();
}
