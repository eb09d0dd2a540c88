import { UNKNOWN } from "../../../policies/checks/field";
import type { Resource } from "../../../policies/resource";
import { passes, refuses, type Case } from "../case";
import { deployment, inDeployment, kubernetes } from "./good";
import { tweak } from "./tweak";

const letters = "abcDEF123ghiJKL456mnoPQR789stuVWX012yz";
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded({ sub: "1" })}`;

/** Made up, each of its issuer's form; put together here, so that no scanner takes this file for a leak. */
const known: Readonly<Record<string, string>> = {
  "an AWS access key": `AKIAABCDEFGH23456789`,
  "a GitHub token": `ghp_${letters.slice(0, 36)}`,
  "a GitLab token": `glpat-${letters.slice(0, 20)}`,
  "an npm token": `npm_${letters.slice(0, 36)}`,
  "a Slack token": `xoxb-1234567890-${letters.slice(0, 24)}`,
  "the address of a webhook": `https://hooks.slack.com/services/T0000/B0000/${letters.slice(0, 24)}`,
  "a Stripe key": `sk_live_${letters.slice(0, 24)}`,
  "a Google API key": `AIza${letters.slice(0, 35)}`,
  "a SendGrid key": `SG.${letters.slice(0, 22)}.${letters}${letters.slice(0, 5)}`,
  "a JSON Web Token": `${token}.${letters}`,
  "a private key": `-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----`,
  "a URL with a password": "postgres://shop:hunter2@database:5432/shop",
};

const random = "q7Zt3VbX9pLk2MwR8sYd4GhJ6nCf1TeB";

/** Values of variables that hold no secret. */
const plain: Readonly<Record<string, string>> = {
  COMMIT: "0123456789abcdef0123456789abcdef01234567",
  DIGEST: `sha256:${"0123456789abcdef".repeat(4)}`,
  REQUEST_ID: "123e4567-e89b-12d3-a456-426614174000",
  DATABASE_URL: "postgres://database:5432/shop",
  REFERENCE_URL: "postgres://shop:$(DB_PASSWORD)@database:5432/shop",
  DB_PASSWORD: "$(POSTGRES_PASSWORD)",
  DB_PASSWORD_FILE: "/run/secrets/database",
  PASSWORD_POLICY: "strict-12",
  TOKEN_TTL: "3600",
  MAX_TOKENS: "4096",
  SECRET_NAME: "shop-database",
  SECRET_STORE: "aws-secrets-manager",
  AUTH_TOKEN_URL: "https://login.example.com/oauth/token",
  GOLIVE_SECRETS: "BUYER_TOKEN,OVERBUYER_TOKEN",
  JWT_PUBLIC_KEY: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo",
  SSH_KEYS: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2kqV8mYw3nZt7XvQ4bLr9sDf6gHj1kMn5pQw8eRtYu ops",
  INTEGRITY: "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
  ROLE_ARN: "arn:aws:iam::202533518394:role/kometa-develop-marketplace",
  NODE_ENV: "production",
  S3_BUCKET: "listacompra-production-attachments",
  CLASS: "com.example.shop.internal.configuration.DefaultServiceConfiguration1",
};

const positions = ["containers", "initContainers", "ephemeralContainers"] as const;
const at = (position: string, field: string) => [...inDeployment, position, 0, field];
const withEnv = (position: string, name: string, value: string) =>
  tweak(deployment(), at(position, "env"), [{ name, value }]);

/** The value itself is in no message. */
const saying = (where: string, what: string) =>
  new RegExp(
    `${where} is a text that holds ${what}; allowed: no secret\\. To mend it: keep it in a Secret [^:]*$`,
  );

const refusesEnv = (title: string, resource: Resource, where: string, what: string) =>
  refuses(title, resource, "secrets-in-env", saying(where, what));

export const environmentCases: readonly Case[] = [
  ...positions.flatMap((position) => [
    ...Object.entries(known).flatMap(([what, value]) => [
      refusesEnv(
        `${position} with ${what} in a variable`,
        withEnv(position, "VALUE", value),
        "env\\[0\\]\\.value",
        what,
      ),
      refusesEnv(
        `${position} with ${what} in an argument`,
        tweak(deployment(), at(position, "args"), ["run", `--value=${value}`]),
        "args\\[1\\]",
        what,
      ),
    ]),
    refusesEnv(
      `${position} with a password`,
      withEnv(position, "DB_PASSWORD", "postgres"),
      "value",
      "a password in plain text, by its name",
    ),
    refusesEnv(
      `${position} with a secret`,
      withEnv(position, "jwtSecret", "abc123def456"),
      "value",
      "a secret in plain text, by its name",
    ),
    refusesEnv(
      `${position} with a random text`,
      withEnv(position, "VALUE", random),
      "value",
      "a random text such as a key",
    ),
    refusesEnv(
      `${position} with what Pulumi keeps secret`,
      withEnv(position, "VALUE", "[secret]"),
      "value",
      "a value that Pulumi keeps secret",
    ),
    refusesEnv(
      `${position} with a private key in base64`,
      withEnv(position, "VALUE", Buffer.from(known["a private key"] ?? "").toString("base64")),
      "value",
      "a private key",
    ),
    refusesEnv(
      `${position} with a password after its flag`,
      tweak(deployment(), at(position, "args"), ["--password", "postgres"]),
      "args\\[1\\]",
      "a password in plain text, by its name",
    ),
    refusesEnv(
      `${position} with a user's password for curl`,
      tweak(deployment(), at(position, "command"), ["curl", "-u", "shop:hunter2", "https://example.com"]),
      "command\\[2\\]",
      "a user with a password",
    ),
    refusesEnv(
      `${position} with a password in a script`,
      tweak(deployment(), at(position, "command"), ["sh", "-c", "PGPASSWORD=hunter2 pg_dump"]),
      "command\\[2\\]",
      "a password in plain text, by its name",
    ),
  ]),
  ...Object.entries(plain).map(([name, value]) =>
    passes(`a variable ${name}, which is no secret`, withEnv("containers", name, value)),
  ),
  passes(
    "a variable that refers to a Secret",
    tweak(deployment(), at("containers", "env"), [
      { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "database", key: "password" } } },
    ]),
  ),
  passes(
    "arguments that are no secrets",
    tweak(deployment(), at("containers", "args"), [
      "--password-file=/run/secrets/x",
      "--token",
      "$(TOKEN)",
      "-u",
      "nobody",
    ]),
  ),
  refuses(
    "a password that is not known",
    withEnv("containers", "DB_PASSWORD", UNKNOWN),
    "secrets-in-env",
    /env\[0\]\.value is known only at up/,
  ),
  passes("a variable that is not known", withEnv("containers", "QUEUE_URL", UNKNOWN)),
];

const configMap = (data: object, more: object = {}): Resource =>
  kubernetes("v1", "ConfigMap", { data, ...more });

const refusesMap = (title: string, resource: Resource, where: string, what: string) =>
  refuses(title, resource, "secrets-in-configmap", saying(where, what));

const files: Readonly<Record<string, string>> = {
  "app.properties": "spring.datasource.username=shop\nspring.datasource.password=hunter2\n",
  ".env": "NODE_ENV=production\nJWT_SECRET=q7Zt3VbX9pLk2MwR8sYd\n",
  "app.yaml": 'database:\n  password: "hunter-2"\n',
  "app.json": '{"smtp":{"password":"hunter2!"}}',
};

const harmless: Readonly<Record<string, string>> = {
  "app.yaml": "database:\n  password: ${DB_PASSWORD}\n  passwordFile: /run/secrets/database\n",
  "labels.json": '{"password":"Contraseña","token":"Token"}',
  "script.js":
    "const token = response.json().token;\nlogin({ password: __ENV.PASSWORD, secret: config.secret });\n",
  "ca.crt":
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n-----END CERTIFICATE-----\n",
  "nginx.conf": 'auth_basic "Basic authentication";\nproxy_set_header Authorization $http_authorization;\n',
  checksum: "0123456789abcdef".repeat(4),
};

const annotated = (value: string): Resource =>
  tweak(deployment(), ["metadata", "annotations"], { note: value });

export const configMapCases: readonly Case[] = [
  ...Object.entries(known).flatMap(([what, value]) => [
    refusesMap(
      `a ConfigMap with ${what}`,
      configMap({ value: `before ${value} after` }),
      "data\\.value",
      what,
    ),
    refusesMap(`an annotation with ${what}`, annotated(value), "metadata\\.annotations\\.note", what),
  ]),
  refusesMap(
    "an entry of a password",
    configMap({ DB_PASSWORD: "postgres" }),
    "data\\.DB_PASSWORD",
    "a password in plain text, by its name",
  ),
  refusesMap("a random entry", configMap({ value: random }), "data\\.value", "a random text such as a key"),
  ...Object.entries(files).map(([name, text]) =>
    refusesMap(
      `a file ${name} with a secret`,
      configMap({ [name]: text }),
      `data.*${name.replace(/\W/g, "\\$&")}.*`,
      "a (?:password|secret) in plain text, by its name",
    ),
  ),
  refusesMap(
    "a binary entry with a private key",
    configMap({}, { binaryData: { key: Buffer.from(known["a private key"] ?? "").toString("base64") } }),
    "binaryData\\.key",
    "a private key",
  ),
  refusesMap(
    "an annotation of the pods with a token",
    tweak(deployment(), ["spec", "template", "metadata", "annotations"], { note: known["a GitHub token"] }),
    "spec\\.template\\.metadata\\.annotations\\.note",
    "a GitHub token",
  ),
  ...Object.entries(harmless).map(([name, text]) =>
    passes(`a file ${name} without a secret`, configMap({ [name]: text })),
  ),
  ...Object.values(plain).map((value) => passes(`an annotation ${value}`, annotated(value))),
  refuses(
    "entries that are not known",
    kubernetes("v1", "ConfigMap", { data: UNKNOWN }),
    "secrets-in-configmap",
    /data is known only at up/,
    ["ingress-nginx-snippets"],
  ),
];
