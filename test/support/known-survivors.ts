/** Mistakes that no case tells from their alert as yet. The list may only shrink: one that is told after all fails the test. */

export interface KnownSurvivors {
  readonly alert: string;
  /** Why no case tells them. */
  readonly reason: string;
  /** Names between quotes are left out. */
  readonly changes: readonly string[];
}

const WEEK =
  "Of its two arms the one that speaks where traffic is gone reads a week ago alone, where a case has nothing else.";
const STEADY =
  "Its cases run for days, so their series are steady but for one change: another range or statistic reads the same.";
const SPAN = "Another span tells the absence some minutes sooner or later; the cases are of hours.";
const PRESENCE =
  "absent() asks whether there is a series at all, which no statistic and no rounding changes.";
const EITHER = "Counted by the application or in the database: a case has both sources or none.";

export const KNOWN_SURVIVORS: readonly KnownSurvivors[] = [
  {
    alert: "TrafficChanged",
    reason: WEEK,
    changes: [
      "* becomes /",
      "/ becomes *",
      "60 becomes 120",
      'exported_namespace="" becomes exported_namespace!=""',
      'host="" becomes host!=""',
      'ingress="" becomes ingress!=""',
      'ingress="" becomes ingress="another"',
      'path="" becomes path!=""',
      'tag_ingress_k8s_aws_resource=~"" becomes tag_ingress_k8s_aws_resource!~""',
    ],
  },
  {
    alert: "TrafficChanged",
    reason: STEADY,
    changes: [
      "5m becomes 10m",
      "5m becomes 150s",
      "7d becomes 84h",
      "avg_over_time becomes max_over_time",
      "avg_over_time becomes min_over_time",
      "rate becomes irate",
    ],
  },
  { alert: "NegativeStockAbsent", reason: SPAN, changes: ["5m becomes 150s"] },
  {
    alert: "NegativeStockAbsent",
    reason: PRESENCE,
    changes: [
      "max becomes min",
      "max becomes sum",
      "max_over_time becomes last_over_time",
      "max_over_time becomes min_over_time",
    ],
  },
  {
    alert: "ConcurrencyErrorsFrequentAbsent",
    reason: SPAN,
    changes: ["1h becomes 2h", "1h becomes 30m", "5m becomes 150s"],
  },
  {
    alert: "ConcurrencyErrorsFrequentAbsent",
    reason: PRESENCE,
    changes: [
      "increase becomes irate",
      "increase becomes rate",
      "max becomes min",
      "max becomes sum",
      "max_over_time becomes last_over_time",
      "max_over_time becomes min_over_time",
      "sum becomes avg",
      "sum becomes max",
      "without round",
    ],
  },
  {
    alert: "ConcurrencyErrorsFrequentAbsent",
    reason: EITHER,
    changes: [
      'namespace="" becomes namespace!=""',
      'namespace="" becomes namespace="another"',
      'without namespace=""',
      'without the side sum(round(increase(concurrency_errors_total{namespace=""}[1h])))',
    ],
  },
  { alert: "FailedOrdersHighAbsent", reason: SPAN, changes: ["5m becomes 150s"] },
  {
    alert: "FailedOrdersHighAbsent",
    reason: PRESENCE,
    changes: [
      "max becomes min",
      "max becomes sum",
      "max_over_time becomes last_over_time",
      "max_over_time becomes min_over_time",
    ],
  },
  { alert: "OrderCleanupStalledAbsent", reason: SPAN, changes: ["5m becomes 150s"] },
  {
    alert: "OrderCleanupStalledAbsent",
    reason: PRESENCE,
    changes: [
      "max becomes min",
      "max becomes sum",
      "max_over_time becomes last_over_time",
      "max_over_time becomes min_over_time",
    ],
  },
];
