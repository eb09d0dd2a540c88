// golive's offline stand-in for Pulumi's Node.js language plugin: previews and loopback tests only.
import { parseArgs } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { tools } from "../../tools";
import { whenEngineGone } from "../lifetime";
import { refuseUnlessLoopback } from "../loopback";
import { Children } from "./children";
import { languageHost } from "./host";

function main(): void {
  const { values, positionals } = parseArgs({
    options: { tracing: { type: "string", default: "" }, version: { type: "boolean", default: false } },
    strict: false,
    allowPositionals: true,
  });
  if (values.version === true) {
    process.stdout.write(`${tools.pulumi.version}\n`);
    return;
  }
  serve(positionals[0] ?? "", typeof values.tracing === "string" ? values.tracing : "");
}

function serve(engine: string, tracing: string): void {
  if (engine !== "") refuseUnlessLoopback(`http://${engine}`, "the engine");
  const children = new Children();
  process.on("exit", () => children.killAll());
  // A program may still print when the engine is gone; the host has its end to see to.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  whenEngineGone(() => {
    void children.endAll().then(() => process.exit(0));
  });
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(LanguageRuntimeService, languageHost({ children, tracing, engine }));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`${port}\n`);
  });
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
