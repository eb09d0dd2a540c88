/** What an expression reads over. Pure. */
import { windowSeconds } from "../promql/window";
import type { Window } from "../promql/expression";

const isWindow = (text: string): text is Window => /^\d+[smhd]$/.test(text);

/** Seconds of each range of an expression, once each; a panel's own, such as `$__rate_interval`, are none. */
export const rangesOf = (text: string): readonly number[] => {
  const spans = [...text.matchAll(/\[([^\]]+)\]/g)].flatMap(([, span = ""]) =>
    isWindow(span) ? [span] : [],
  );
  return [...new Set(spans)].map(windowSeconds);
};

/** Seconds of each range that needs two samples at least: those of counters. */
export const ratesOf = (text: string): readonly number[] =>
  [...text.matchAll(/\b(?:rate|irate|increase)\([^[\]]*\[[^\]]+\]/g)].flatMap(([part]) => rangesOf(part));
