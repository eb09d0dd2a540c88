/** What Guelaguetza is tried with after a release (rows G5, G11; `002-guelaguetza-optimistic-locking.md`). Pure. */
import type { Json, Request, SmokePlan, Step } from "../k6/plan";
import type { GuelaguetzaSettings } from "../settings";

/** Variables of the plan that hold the tokens of the two test accounts. */
export const TOKENS = { buyer: "BUYER_TOKEN", overbuyer: "OVERBUYER_TOKEN" } as const;

type Smoke = GuelaguetzaSettings["smoke"];
type Account = keyof typeof TOKENS;

const post = (account: Account, path: string, body: Json): Request => ({
  method: "POST",
  path: `/api/marketplace/${path}`,
  headers: { authorization: `Bearer {env.${TOKENS[account]}}` },
  body,
});

const addToCart = (account: Account, productId: string, quantity: number) =>
  post(account, "cart/items", { productId, quantity });

const checkout = (account: Account, { shippingAddress }: Smoke) =>
  post(account, "checkout", { shippingAddress });

/** An item that is in the cart already is answered with 200 by some, a new one with 201. */
const ADDED = [200, 201];

/**
 * The document's three tests. The account that buys too much is another one: its cart is never empty again, and the
 * buyer's first checkout would fail on it the next time.
 */
const TESTS: Readonly<Record<Smoke["tests"][number], (smoke: Smoke) => readonly Step[]>> = {
  checkout: (smoke) => [
    {
      name: "producto al carrito",
      ...addToCart("buyer", smoke.productId, 1),
      expect: { status: ADDED },
    },
    { name: "checkout normal", ...checkout("buyer", smoke), expect: { status: 201 } },
  ],
  stock: (smoke) => [
    {
      name: "más unidades de las disponibles al carrito",
      ...addToCart("overbuyer", smoke.lowStockProductId, 999),
      expect: { status: ADDED },
    },
    {
      name: "stock insuficiente",
      ...checkout("overbuyer", smoke),
      expect: { status: 400, contains: "Stock insuficiente" },
    },
  ],
  race: (smoke) => [
    {
      name: "producto al carrito, una vez",
      ...addToCart("buyer", smoke.productId, 1),
      expect: { status: ADDED },
    },
    {
      name: "checkouts simultáneos",
      race: { copies: smoke.raceCopies, request: checkout("buyer", smoke) },
      expect: { exactlyOne: 201, rest: [400, 409] },
    },
  ],
};

/** The plan: the health check, tried until the host leads to the service, and the tests that the stack names. */
export function smokePlan({
  host,
  healthPath,
  smoke,
}: Pick<GuelaguetzaSettings, "host" | "healthPath" | "smoke">): SmokePlan {
  return {
    kind: "smoke",
    title: "GUELAGUETZA",
    baseUrl: `https://${host}`,
    steps: [
      { name: "health", method: "GET", path: healthPath, expect: { status: 200 }, patience: 60 },
      ...smoke.tests.flatMap((test) => TESTS[test](smoke)),
    ],
  };
}
