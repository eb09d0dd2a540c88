/** The words of a report around the checklist's own, in both languages. Pure data. */
import type { Moment } from "../../../evidence/line";
import type { Language } from "../../../evidence/text";
import type { LineVerdict } from "../../../evidence/verdict";

export type State = LineVerdict["state"];

export interface Words {
  readonly report: string;
  readonly ready: string;
  readonly notReady: string;
  readonly moments: Readonly<Record<Moment, string>>;
  /** Of one line. */
  readonly states: Readonly<Record<State, string>>;
  /** Of several. */
  readonly counts: Readonly<Record<State, string>>;
  readonly checklist: string;
  readonly refusals: string;
  readonly nothingRefuses: string;
  readonly policies: string;
  readonly pass: string;
  readonly fail: string;
  readonly advice: string;
  readonly undecidable: string;
  readonly undecidableNote: string;
  readonly allPass: string;
  readonly resources: string;
  readonly components: string;
  readonly waves: string;
  readonly noWaves: string;
  readonly verification: string;
  readonly phases: string;
  readonly noCanary: string;
  readonly now: string;
  readonly share: string;
  readonly commit: string;
  readonly branch: string;
  readonly author: string;
  readonly built: string;
  readonly previous: string;
  readonly first: string;
  readonly image: string;
  readonly record: string;
  readonly changes: string;
  readonly judged: string;
  readonly until: string;
  readonly of: string;
  readonly all: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  es: {
    report: "Informe de release",
    ready: "Lista para salir",
    notReady: "No puede salir",
    moments: { before: "Antes", during: "Durante", after: "Después" },
    states: { met: "cumplida", "not-met": "por cumplir", waived: "dispensada", later: "para más tarde" },
    counts: { met: "cumplidas", "not-met": "por cumplir", waived: "dispensadas", later: "para más tarde" },
    checklist: "Checklist",
    refusals: "Lo que falta",
    nothingRefuses: "Nada impide la salida.",
    policies: "Políticas",
    pass: "cumplen",
    fail: "no cumplen",
    advice: "avisos",
    undecidable: "por juzgar",
    undecidableNote: "depende de un valor que solo se conoce al aplicar; entonces se juzga",
    allPass: "Todos los objetos cumplen todas las políticas.",
    resources: "Recursos",
    components: "componentes",
    waves: "Oleadas",
    noWaves: "Sin oleadas: un solo paso, ordenado por las dependencias entre recursos.",
    verification: "Verificación",
    phases: "Fases del tráfico",
    noCanary: "Sin canary: todo el tráfico pasa a la nueva versión a la vez.",
    now: "ahora",
    share: "Parte de las peticiones que atiende la nueva versión",
    commit: "Commit",
    branch: "Rama",
    author: "Autor",
    built: "Construida",
    previous: "Versión anterior",
    first: "ninguna: es la primera",
    image: "Imagen",
    record: "Registro",
    changes: "Cambios",
    judged: "Juzgada",
    until: "hasta",
    of: "de",
    all: "Ver todo",
  },
  en: {
    report: "Release report",
    ready: "Ready to go",
    notReady: "Not ready",
    moments: { before: "Before", during: "During", after: "After" },
    states: { met: "met", "not-met": "not met", waived: "waived", later: "due later" },
    counts: { met: "met", "not-met": "not met", waived: "waived", later: "due later" },
    checklist: "Checklist",
    refusals: "What is missing",
    nothingRefuses: "Nothing stands in the way.",
    policies: "Policies",
    pass: "pass",
    fail: "fail",
    advice: "advisory",
    undecidable: "undecided",
    undecidableNote: "hangs on a value that is known only at up, and is judged then",
    allPass: "Every object passes every policy.",
    resources: "Resources",
    components: "components",
    waves: "Waves",
    noWaves: "No waves: one step, ordered by what the resources depend on.",
    verification: "Verification",
    phases: "Phases of the traffic",
    noCanary: "No canary: all traffic moves to the new version at once.",
    now: "now",
    share: "Share of the requests that the new version answers",
    commit: "Commit",
    branch: "Branch",
    author: "Author",
    built: "Built",
    previous: "Version before",
    first: "none: this is the first",
    image: "Image",
    record: "Record",
    changes: "Changes",
    judged: "Judged",
    until: "until",
    of: "of",
    all: "See all",
  },
};
