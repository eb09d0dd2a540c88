import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { stackNames } from "../../cli/stacks";
import { findTool } from "../../engine/acquire";
import { repositoryRoot } from "../../engine/cache";

const GITHUB = path.join(repositoryRoot, ".github");
const WORKFLOWS = path.join(GITHUB, "workflows");

const step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});

const workflow = z.object({
  name: z.string(),
  on: z.unknown(),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.unknown() }),
  jobs: z.record(
    z.string(),
    z.object({
      needs: z.string().optional(),
      environment: z.string().optional(),
      "timeout-minutes": z.number(),
      permissions: z.record(z.string(), z.string()).optional(),
      strategy: z.object({ matrix: z.object({ stack: z.array(z.string()) }) }).optional(),
      env: z.record(z.string(), z.string()).optional(),
      steps: z.array(step),
    }),
  ),
});

const ISSUER = "token.actions.githubusercontent.com";
const claims = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const statement = z.object({ Condition: z.object({ StringEquals: claims, StringLike: claims.optional() }) });
const trust = z.object({ Statement: z.tuple([statement]) });

const files = readdirSync(WORKFLOWS).sort();
const textOf = (file: string) => readFileSync(path.join(WORKFLOWS, file), "utf8");
const read = (file: string) => workflow.parse(parse(textOf(file)));
const stepsOf = (file: string) => Object.values(read(file).jobs).flatMap(({ steps }) => steps);

interface Checked {
  readonly code: number;
  readonly output: string;
}

/** What actionlint says of workflow files. */
async function actionlint(...paths: readonly string[]): Promise<Checked> {
  const program = await findTool("actionlint");
  return new Promise((resolve) => {
    const child = execFile(program, ["-no-color", ...paths], { cwd: repositoryRoot }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}

describe("the workflows of .github/", function () {
  this.timeout(120_000); // actionlint may have to be built first
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-pipelines-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("L2 L10 has tests, previews and a deployment, in which actionlint finds nothing", async () => {
    assert.deepEqual(files, ["ci.yml", "deploy-production.yml", "preview.yml"]);
    assert.deepEqual(await actionlint(...files.map((file) => path.join(WORKFLOWS, file))), {
      code: 0,
      output: "",
    });
  });

  const bad: readonly (readonly [mistake: string, from: string, to: string, says: RegExp])[] = [
    ["an unknown runner", "ubuntu-24.04", "ubuntu-20.99", /label "ubuntu-20\.99" is unknown/],
    ["an input that is not declared", "inputs.tag", "inputs.version", /property "version" is not defined/],
    ["a job that is not there", "needs: preview", "needs: review", /needs job "review" which does not exist/],
    [
      "a text of a stranger in a script",
      '"$TAG"',
      "${{ github.head_ref }}",
      /"github\.head_ref" is potentially untrusted/,
    ],
    [
      "a permission that there is not",
      "id-token: write",
      "id-tokens: write",
      /unknown permission scope "id-tokens"/,
    ],
  ];
  for (const [mistake, from, to, says] of bad) {
    it(`L10 is checked: actionlint finds ${mistake}`, async () => {
      const file = path.join(folder, "bad.yml");
      const text = textOf("deploy-production.yml");
      assert.ok(text.includes(from));
      await writeFile(file, text.replaceAll(from, to));
      const { code, output } = await actionlint(file);
      assert.equal(code, 1);
      assert.match(output, says);
    });
  }

  it("L2 pins every action by the commit that it was read at, with its version beside it", () => {
    const actions = readdirSync(path.join(GITHUB, "actions")).map((name) => `../actions/${name}/action.yml`);
    const uses = [...files, ...actions].flatMap((file) => [...textOf(file).matchAll(/uses: (.*)$/gm)]);
    assert.ok(uses.length > 5);
    for (const [, action = ""] of uses) {
      assert.match(
        action,
        /^(\.\/\.github\/actions\/\w+|[\w-]+(?:\/[\w-]+){1,2}@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/,
      );
    }
  });

  it("L10 keeps nothing long-lived: no secret is named, and git's credential never lies on the runner", () => {
    for (const file of files) {
      assert.doesNotMatch(textOf(file), /secrets\.|AWS_SECRET|aws-secret|PASSPHRASE/);
      for (const { uses, with: given } of stepsOf(file)) {
        if (uses?.startsWith("actions/checkout@")) assert.equal(given?.["persist-credentials"], false);
      }
    }
  });

  it("L10 gives each job what it needs and no more", () => {
    const granted = files.flatMap((file) => {
      const { permissions, jobs } = read(file);
      assert.deepEqual(permissions, { contents: "read" });
      return Object.entries(jobs).map(([name, job]) => [`${file} ${name}`, job.permissions ?? {}]);
    });
    assert.deepEqual(Object.fromEntries(granted), {
      "ci.yml test": {},
      "deploy-production.yml test": {},
      "deploy-production.yml preview": { contents: "read", "id-token": "write" },
      "deploy-production.yml deploy": { contents: "write", "id-token": "write" },
      "preview.yml preview": {
        contents: "read",
        "id-token": "write",
        "pull-requests": "write",
        "security-events": "write",
      },
    });
  });

  it("L2 previews every stack there is, and asks for an account for no fork", async () => {
    const { on, jobs } = read("preview.yml");
    assert.deepEqual(on, { pull_request: null });
    const preview = jobs["preview"] ?? assert.fail("no job preview");
    assert.deepEqual(preview.strategy?.matrix.stack, await stackNames());
    assert.equal(
      preview.env?.["OURS"],
      "${{ github.event.pull_request.head.repo.full_name == github.repository }}",
    );
    const guarded = preview.steps.filter(
      ({ uses, run }) => /\/login$|upload-sarif@/.test(uses ?? "") || run?.includes(" post "),
    );
    assert.equal(guarded.length, 3);
    for (const { if: condition } of guarded) assert.match(condition ?? "", /env\.OURS == 'true'/);
  });

  it("L10 asks for tag and env; tests, previews, waits for approval, keeps a restore point, then goes up", () => {
    const { on, concurrency, jobs } = read("deploy-production.yml");
    const inputs = z
      .object({
        workflow_dispatch: z.object({ inputs: z.record(z.string(), z.record(z.string(), z.unknown())) }),
      })
      .parse(on).workflow_dispatch.inputs;
    assert.deepEqual(Object.keys(inputs), ["tag", "env", "system", "workload"]);
    assert.deepEqual(inputs["env"]?.["options"], ["production", "staging"]);
    assert.deepEqual(concurrency, { group: "deploy-${{ inputs.env }}", "cancel-in-progress": false });
    assert.deepEqual(
      Object.entries(jobs).map(([name, { needs, environment }]) => [name, needs, environment]),
      [
        ["test", undefined, undefined],
        ["preview", "test", undefined],
        ["deploy", "preview", "${{ inputs.env }}"],
      ],
    );
    const deploy = jobs["deploy"] ?? assert.fail("no job deploy");
    const runs = deploy.steps.flatMap(
      ({ run, with: given }) => run ?? given?.["role"] ?? given?.["path"] ?? [],
    );
    assert.deepEqual(
      runs.map((text) => z.string().parse(text).trim()),
      [
        'npm run --silent golive -- version "$STACK" "$SYSTEM" "$TAG" ${WORKLOAD:+--of "$WORKLOAD"}',
        "golive-deploy",
        'npm run --silent golive -- export "$STACK" --out restore-point.json',
        "restore-point.json",
        '.github/keep-version.sh "Pulumi.$STACK.yaml" "$STACK: ${WORKLOAD:-$SYSTEM} $TAG"',
        'npm run --silent up -- "$STACK" --yes --non-interactive --color never',
      ],
    );
  });

  const check = stepsOf("deploy-production.yml").find(({ name }) => name === "Check the inputs")?.run ?? "";
  const checkInputs = (env: Record<string, string>) => {
    const given = { TAG: "v1.4.0", REF_TYPE: "branch", BACKEND: "s3://state", ...env };
    return spawnSync("bash", ["-e", "-c", check], {
      env: { PATH: process.env["PATH"] ?? "", ...given },
      encoding: "utf8",
    });
  };

  for (const tag of ["v0.0.1", "v1.4.0", "v10.20.30"]) {
    it(`L3 L10 takes the tag ${tag}`, () => assert.equal(checkInputs({ TAG: tag }).status, 0));
  }
  for (const tag of [
    "",
    "1.4.0",
    "v1.4",
    "v1.4.0-rc.1",
    "v01.4.0",
    "latest",
    "v1.4.0; rm -rf /",
    "v1.4.0\nv1",
  ]) {
    it(`L3 L10 refuses the tag ${JSON.stringify(tag)}`, () => {
      const { status, stdout } = checkInputs({ TAG: tag });
      assert.equal(status, 1);
      assert.match(stdout, /^::error::tag is '[^]*': expected a semantic version such as v1\.4\.0\n$/);
    });
  }
  it("L10 refuses to deploy from a tag of git, and without a shared state", () => {
    assert.match(checkInputs({ REF_TYPE: "tag" }).stdout, /^::error::run it on a branch/);
    assert.match(checkInputs({ BACKEND: "" }).stdout, /^::error::the variable PULUMI_BACKEND_URL is not set/);
  });

  /** Runs a script of .github with a `gh` that notes what it was asked, and answers `found` to a list. */
  async function withGh(
    script: string,
    args: readonly string[],
    found: string,
    env: Record<string, string> = {},
  ) {
    const bin = path.join(folder, "bin");
    await mkdir(bin, { recursive: true });
    const notes = path.join(folder, "asked");
    await writeFile(
      path.join(bin, "gh"),
      `#!/bin/sh\ncase "$*" in *--paginate*) echo "${found}"; exit;; esac\nprintf '%s\\n' "$*" > ${notes}\ncat >> ${notes}\n`,
    );
    await chmod(path.join(bin, "gh"), 0o755);
    const { status, stderr, stdout } = spawnSync(path.join(GITHUB, script), args, {
      env: {
        PATH: `${bin}:${process.env["PATH"] ?? ""}`,
        GITHUB_REPOSITORY: "kometa/golive",
        NUMBER: "7",
        ...env,
      },
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const asked = await readFile(notes, "utf8").catch(() => "");
    return { stdout, asked };
  }

  it("L2 posts a stack's preview once, and updates that comment afterwards", async () => {
    const preview = path.join(folder, "preview.txt");
    await writeFile(preview, "+ 19 to create\n");
    const comment =
      "<!-- golive preview of develop -->\n### Preview of `develop`\n\n````text\n+ 19 to create\n````\n";
    const first = await withGh("preview-comment.sh", ["post", "develop", preview], "");
    assert.equal(
      first.asked,
      `api --method POST repos/kometa/golive/issues/7/comments --field body=@- --silent\n${comment}`,
    );
    const second = await withGh("preview-comment.sh", ["post", "develop", preview], "4711");
    assert.equal(
      second.asked,
      `api --method PATCH repos/kometa/golive/issues/comments/4711 --field body=@- --silent\n${comment}`,
    );
  });

  it("L20 G16 shows the verdict on the release before the preview, and leaves the preview what room is left", async () => {
    const [preview, report] = [path.join(folder, "preview.txt"), path.join(folder, "report.md")];
    await writeFile(preview, "x".repeat(70_000));
    await writeFile(report, `### kometa v1.1.0 → develop: ❌ Not ready\n\n${"y".repeat(20_000)}\n`);
    const { stdout } = await withGh("preview-comment.sh", ["body", "develop", preview, report], "");
    assert.match(
      stdout,
      /^<!-- golive preview of develop -->\n### kometa v1\.1\.0[^]*yy\n\n### Preview of `develop`\n/,
    );
    assert.ok(stdout.length < 65_536);
    await writeFile(report, "z".repeat(40_000));
    const long = await withGh("preview-comment.sh", ["body", "develop", preview, report], "");
    assert.match(long.stdout, /the run has it as the artifact `release-develop`\.\n\n### Preview/);
    assert.ok(long.stdout.length < 65_536);
  });

  it("L20 G16 judges the releases after the preview whatever it said, and keeps page, SARIF and JUnit", () => {
    const steps = stepsOf("preview.yml");
    const judging = steps.findIndex(({ run }) => run?.includes("release report") === true);
    assert.match(steps[judging]?.run ?? "", /--html \S+ [^]*--markdown \S+ --sarif \S+ --junit \S+/);
    assert.ok(judging > steps.findIndex(({ name }) => name === "Preview"));
    for (const { if: condition } of steps.slice(judging))
      assert.match(condition ?? "", /success\(\) \|\| failure\(\)/);
    const sarif = steps.find(({ uses }) => uses?.includes("upload-sarif") === true);
    assert.equal(sarif?.with?.["sarif_file"], "release/report.sarif");
    assert.equal(
      steps.find(({ uses }) => uses?.includes("upload-artifact") === true)?.with?.["path"],
      "release/",
    );
  });

  it("L2 keeps to what GitHub takes, and says what was left out, or that there is none", async () => {
    const preview = path.join(folder, "preview.txt");
    await writeFile(preview, `start${"é".repeat(40_000)}end\n`);
    const { stdout } = await withGh("preview-comment.sh", ["body", "develop", preview], "");
    assert.ok(stdout.length < 65_536);
    assert.match(stdout, /The last 60000 bytes; the run has all of it\.\n\n````text\né+end\n````\n$/);
    const none = await withGh("preview-comment.sh", ["body", "develop", path.join(folder, "absent")], "");
    assert.match(none.stdout, /There is none: a step before it failed\.\n$/);
  });

  it("L10 keeps a changed version on the branch, over the very file that was read, and an unchanged one not", async () => {
    const file = "Pulumi.production.yaml";
    const git = (...args: readonly string[]) =>
      spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        cwd: folder,
        encoding: "utf8",
      }).stdout.trim();
    git("init", "--quiet");
    await writeFile(path.join(folder, file), "tag: v1.3.0\n");
    git("add", file);
    git("commit", "--quiet", "--message", "first");
    const keep = () =>
      withGh("keep-version.sh", [file, "production: listacompra v1.4.0"], "", { BRANCH: "release/1.4.0" });
    assert.deepEqual(await keep(), { stdout: `${file} has that version already\n`, asked: "" });
    await writeFile(path.join(folder, file), "tag: v1.4.0\n");
    assert.equal(
      (await keep()).asked,
      `api --method PUT repos/kometa/golive/contents/${file} --silent --raw-field message=production: listacompra v1.4.0 ` +
        `--raw-field branch=release/1.4.0 --raw-field sha=${git("rev-parse", `HEAD:${file}`)} --field content=@-\n` +
        Buffer.from("tag: v1.4.0\n").toString("base64"),
    );
  });

  it("L10 trusts, by the policies of docs/pipelines.md, pull requests and branches to read, and one environment to change", () => {
    const page = readFileSync(path.join(repositoryRoot, "docs", "pipelines.md"), "utf8");
    const policies = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text = ""]) =>
      trust.parse(JSON.parse(text)),
    );
    const subjects = policies.map(({ Statement: [{ Condition: condition }] }) => {
      assert.equal(condition.StringEquals[`${ISSUER}:aud`], "sts.amazonaws.com");
      return [condition.StringLike, condition.StringEquals].flatMap(
        (given) => given?.[`${ISSUER}:sub`] ?? [],
      );
    });
    assert.deepEqual(subjects, [
      [
        "repo:acme/golive:pull_request",
        "repo:acme/golive:ref:refs/heads/main",
        "repo:acme/golive:ref:refs/heads/release/*",
      ],
      ["repo:acme/golive:environment:production"],
    ]);
    for (const name of files.flatMap((file) => stepsOf(file)).flatMap((each) => each.with?.["role"] ?? [])) {
      assert.match(page, new RegExp(`\`${z.string().parse(name)}\``));
    }
  });
});
