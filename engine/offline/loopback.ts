// A stand-in speaks to this machine only: so it can never change production.

/** The address is not on this machine. */
export class NotLoopbackError extends Error {}

/**
 * Throws {@link NotLoopbackError} unless the address of `url` is 127.0.0.0/8, `localhost` or `[::1]`. Names are not
 * resolved: another name that happens to point here is refused. To be called before any request.
 *
 * @param url an absolute URL
 * @param what what the address is for, in the user's words, e.g. `the API server of context "prod"`
 */
export function refuseUnlessLoopback(url: string, what: string): void {
  const host = hostOf(url);
  if (host !== undefined && isLoopbackHost(host)) return;
  throw new NotLoopbackError(
    `${what} is ${url}, which is not on this machine. golive's offline stand-in serves previews and tests only and ` +
      "speaks to 127.0.0.0/8, localhost and [::1] alone; nothing was sent. " +
      "To work with a real one, install Pulumi (https://www.pulumi.com/docs/install/) and run `pulumi` with its own plugins.",
  );
}

/** True for 127.0.0.0/8, `localhost`, `::1` and `[::1]`. */
function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || name === "::1" || /^127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(name);
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
