/** The Pulumi projects that the bench runs, each in a folder of its own. */
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "../engine/cache";
import { copyCheckout } from "../test/support/checkout";

const inRepository = (name: string): string => path.join(repositoryRoot, name);

/** golive itself on one of its stacks. */
export const goliveProgram = (folder: string, stack: string): Promise<string> => copyCheckout(folder, stack);

/** A program that declares nothing, compiled as golive's own is. */
export async function emptyProgram(folder: string): Promise<string> {
  await project(folder, "empty", { "index.ts": "export const nothing = true;\n" });
  return folder;
}

/** A program of `count` plain objects: what so many resources cost Pulumi itself. */
export async function plainProgram(folder: string, count: number): Promise<string> {
  await project(folder, "plain", { "index.ts": plainSource(count) });
  return folder;
}

const plainSource = (count: number): string => `
import { ConfigMap } from "@pulumi/kubernetes/core/v1";

for (let i = 0; i < ${count}; i++) {
  new ConfigMap(\`plain-\${i}\`, { metadata: { name: \`plain-\${i}\`, namespace: "plain" }, data: { a: "b" } });
}
`;

/** A policy pack of one policy that never complains, in plain JavaScript. */
export async function emptyPack(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await symlink(inRepository("node_modules"), path.join(folder, "node_modules"));
  await writeFile(
    path.join(folder, "package.json"),
    '{ "name": "empty", "version": "0.0.1", "main": "index.js" }\n',
  );
  await writeFile(path.join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
  await writeFile(path.join(folder, "index.js"), EMPTY_PACK);
  return folder;
}

const EMPTY_PACK = `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("empty", {
  policies: [{ name: "nothing", description: "never complains", validateResource: () => undefined }],
});
`;

/** A program of \`count\` services, each a release of the chart. */
export async function servicesProgram(folder: string, count: number): Promise<string> {
  await project(folder, "services", { "index.ts": servicesSource(count) });
  for (const shared of ["charts", "components", "settings"]) {
    await symlink(inRepository(shared), path.join(folder, shared));
  }
  return folder;
}

const servicesSource = (count: number): string => `
import { ServiceRelease } from "./components/service-release";

for (let i = 0; i < ${count}; i++) {
  new ServiceRelease(\`service-\${i}\`, {
    name: \`service-\${i}\`,
    release: \`service-\${i}\`,
    namespace: "services",
    image: { repository: "registry.example/service", tag: \`v1.0.\${i}\` },
    port: 3000,
    healthPath: "/health",
    limits: { cpu: "200m", memory: "200Mi" },
  });
}
`;

async function project(folder: string, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(inRepository("tsconfig.json"), path.join(folder, "tsconfig.json"));
  await symlink(inRepository("node_modules"), path.join(folder, "node_modules"));
  await writeFile(path.join(folder, "package.json"), `{ "name": "${name}", "main": "index.ts" }\n`);
  await writeFile(path.join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
}
