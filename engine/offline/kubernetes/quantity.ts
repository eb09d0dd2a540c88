// Kubernetes quantities in the one form that the API server writes.
// Facts: k8s.io/apimachinery pkg/api/resource/quantity.go (ParseQuantity, CanonicalizeBytes).

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei)|([numkMGTPE])|[eE]([+-]?\d+))?$/;
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: readonly (readonly [string, number])[] = [
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
];

type Format = "binary" | "decimal" | "exponent";

/** The canonical text of a quantity (`0.2` is `200m`, `1024Mi` is `1Gi`); undefined for what is none. */
export function canonicalQuantity(quantity: string | number): string | undefined {
  const match = QUANTITY.exec(String(quantity));
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", binary, decimal, exponent] = match;
  if (whole === "" && fraction === "") return undefined;
  const power = exponent === undefined ? suffixPower(decimal) : Number(exponent);
  const format: Format = binary ? "binary" : exponent === undefined ? "decimal" : "exponent";
  const nanos = toNanos(
    BigInt(whole + fraction) * 1024n ** BigInt(BINARY.indexOf(binary ?? "")),
    power - fraction.length,
  );
  return (sign === "-" && nanos !== 0n ? "-" : "") + write(nanos, format);
}

const suffixPower = (suffix: string | undefined): number =>
  DECIMAL.find(([name]) => name === (suffix ?? ""))?.[1] ?? 0;

const NANO = 9;
const ONE = 10n ** BigInt(NANO);

/** Finer than a nano is rounded up, as the API server does. */
function toNanos(mantissa: bigint, power: number): bigint {
  const shift = power + NANO;
  return shift >= 0 ? mantissa * 10n ** BigInt(shift) : divideUp(mantissa, 10n ** BigInt(-shift));
}

const divideUp = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;

function write(nanos: bigint, format: Format): string {
  if (nanos === 0n) return "0";
  if (format === "binary" && nanos >= 1024n * ONE) return writeBinary(divideUp(nanos, ONE));
  const [mantissa, power] = thousands(nanos);
  if (format === "exponent") return power === 0 ? `${mantissa}` : `${mantissa}e${power}`;
  return `${mantissa}${DECIMAL.find(([, known]) => known === power)?.[0] ?? `e${power}`}`;
}

function writeBinary(value: bigint): string {
  let [rest, step] = [value, 0];
  while (rest % 1024n === 0n && step < BINARY.length - 1) [rest, step] = [rest / 1024n, step + 1];
  return `${rest}${BINARY[step] ?? ""}`;
}

/** Mantissa and the largest power of ten, a multiple of three, that divides. */
function thousands(nanos: bigint): [bigint, number] {
  let [mantissa, power] = [nanos, -NANO];
  while (mantissa % 1000n === 0n && power < 18) [mantissa, power] = [mantissa / 1000n, power + 3];
  return [mantissa, power];
}
