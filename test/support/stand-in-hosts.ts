/**
 * A stand-in for DNS and for the hosts of the stack files, which exist nowhere: loaded before `golive` by `--import`, it sends
 * what that fetches of a host in `GOLIVE_STAND_IN_HOSTS` (JSON: host to an `http://` address) to that address, with the host
 * before the path. Everything else goes where it went. It says so on standard error.
 */
import { z } from "zod";

const HOSTS = z.record(z.string(), z.string()).parse(JSON.parse(process.env.GOLIVE_STAND_IN_HOSTS ?? "{}"));
const fetchOf = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const address = HOSTS[url.hostname];
  return address === undefined
    ? fetchOf(input, init)
    : fetchOf(`${address}/${url.hostname}${url.pathname}${url.search}`, init);
};

process.stderr.write(`stand-in: a test's own server answers for ${Object.keys(HOSTS).join(", ")}\n`);
