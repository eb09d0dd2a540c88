/** The report as one HTML file, without a script or anything from elsewhere. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Eta } from "eta";
import type { View } from "./view";

/** What escapes is every `<%= … %>` of the template; only the style and constants of its own go in as they are. */
const eta = new Eta({ views: __dirname, cache: true, autoEscape: true, rmWhitespace: false });

/** The page of some releases, one after the other. */
export function reportPage(views: readonly View[], nothing: string): string {
  const style = readFileSync(path.join(__dirname, "page.css"), "utf8");
  const [first] = views;
  const title = views.map(({ system, version, stack }) => `${system} ${version} → ${stack}`).join(", ");
  const language = first?.language ?? "en";
  return eta
    .render("./page", { views, style, nothing, language, title: title === "" ? nothing : title })
    .trimStart();
}
