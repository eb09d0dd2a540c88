import assert from "node:assert/strict";
import { movesTo } from "../../../cli/rollout/plan-of";

const OLD = `sha256:${"0".repeat(64)}`;
const NEW = `sha256:${"1".repeat(64)}`;

const PARTS = [
  {
    key: "frontend",
    service: "frontend",
    path: "frontend.image.tag",
    tag: "v1",
    image: { repository: "shop/frontend", digest: OLD },
  },
  { key: "chat", service: "chat", path: "chat.image.tag", tag: "v1", image: { repository: "shop/chat" } },
  { key: "site", service: "site", path: "site.version", tag: "v1" },
];

describe("what --to writes into the stack file", () => {
  it("K4 L3 takes a digest from the new version's record where the file names one, and back the old one", () => {
    const moves = movesTo("shop", PARTS, "v2", () => NEW);
    assert.deepEqual(
      moves.map(({ to, back }) => ({ to, back })),
      [
        {
          to: [
            { path: "shop.frontend.image.tag", value: "v2" },
            { path: "shop.frontend.image.digest", value: NEW },
          ],
          back: [
            { path: "shop.frontend.image.tag", value: "v1" },
            { path: "shop.frontend.image.digest", value: OLD },
          ],
        },
        {
          to: [{ path: "shop.chat.image.tag", value: "v2" }],
          back: [{ path: "shop.chat.image.tag", value: "v1" }],
        },
        {
          to: [{ path: "shop.site.version", value: "v2" }],
          back: [{ path: "shop.site.version", value: "v1" }],
        },
      ],
    );
  });

  it("K4 L3 is refused where nobody knows the new build's digest: by the old one the old build would run on", () => {
    assert.throws(() => movesTo("shop", PARTS, "v2", () => undefined), {
      name: "UserError",
      message:
        /golive:shop names shop\/frontend by digest, and nobody knows that of v2: make its record first/,
    });
  });

  it("K4 a part that has the version already is left as it is", () => {
    assert.deepEqual(
      movesTo("shop", PARTS, "v1", () => undefined),
      [],
    );
  });
});
