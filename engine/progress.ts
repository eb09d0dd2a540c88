/** Says what is going on, once it has gone on for more than two seconds. */
import ora from "ora";

/** A line of progress: tells the step's present detail, e.g. the package being compiled. */
export type Say = (detail: string) => void;

const QUIET_SECONDS = 2;
const LINE_EVERY_SECONDS = 15;

/** Seconds as people read them: `7 s`, `3 min 50 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Runs one step. A step of less than two seconds prints nothing; a longer one shows on standard error what it
 * does and for how long, and at its end how long it took.
 */
export async function step<T>(what: string, work: (say: Say) => Promise<T>): Promise<T> {
  const started = performance.now();
  const display = process.stderr.isTTY ? spinnerDisplay() : lineDisplay();
  let detail = "";
  const elapsed = () => (performance.now() - started) / 1000;
  const timer = setInterval(() => {
    if (elapsed() >= QUIET_SECONDS) display.show(what, detail, elapsed());
  }, 250);
  try {
    const result = await work((text) => (detail = text));
    if (elapsed() >= QUIET_SECONDS) display.done(`${what}: ${formatSeconds(elapsed())}`);
    return result;
  } catch (error) {
    display.failed();
    throw error;
  } finally {
    clearInterval(timer);
  }
}

interface Display {
  show(what: string, detail: string, seconds: number): void;
  done(text: string): void;
  failed(): void;
}

function spinnerDisplay(): Display {
  const spinner = ora({ stream: process.stderr });
  return {
    show(what, detail, seconds) {
      spinner.text = `${what} (${formatSeconds(seconds)})${detail ? ` ${detail}` : ""}`;
      if (!spinner.isSpinning) spinner.start();
    },
    done: (text) => void spinner.succeed(text),
    failed: () => void spinner.stop(),
  };
}

function lineDisplay(): Display {
  let next = QUIET_SECONDS;
  return {
    show(what, detail, seconds) {
      if (seconds < next) return;
      next = seconds + LINE_EVERY_SECONDS;
      process.stderr.write(`${what}, ${formatSeconds(seconds)} so far${detail ? `: ${detail}` : ""}\n`);
    },
    done: (text) => void process.stderr.write(`${text}\n`),
    failed: () => undefined,
  };
}
