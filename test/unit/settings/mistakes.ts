/** Every kind of mistake that a stack file may hold, each with the one line that tells of it. */
import { NAMESPACE, stackSchema } from "../../../settings/schema";
import type { Edit } from "./stack";

/** Every key, as a message lists them. */
const KEYS = Object.keys(stackSchema.shape)
  .map((name) => `${NAMESPACE}:${name}`)
  .join(", ");

export interface Case {
  /** Requirements that the refusal proves. */
  readonly ids: string;
  readonly mistake: string;
  /** What is changed in the sound file. */
  readonly edits: readonly Edit[];
  /** The line of the message, after the file's name and a colon. */
  readonly says: string;
}

export const MISTAKES: readonly Case[] = [
  {
    ids: "K12",
    mistake: "an account written as a number",
    edits: [['"202533518394"', "202533518394"]],
    says: "4:16  golive:aws.accountId: found the number 202533518394; expected an AWS account of 12 digits; put it in quotes",
  },
  {
    ids: "K12",
    mistake: "an account of eleven digits",
    edits: [['"202533518394"', '"20253351839"']],
    says: '4:16  golive:aws.accountId: found "20253351839"; expected an AWS account of 12 digits',
  },
  {
    ids: "K12",
    mistake: "an account with dashes",
    edits: [['"202533518394"', '"2025-3351-8394"']],
    says: '4:16  golive:aws.accountId: found "2025-3351-8394"; expected an AWS account of 12 digits; write "202533518394"',
  },
  {
    ids: "K12",
    mistake: "a region with letters swapped",
    edits: [["us-east-1", "us-esat-1"]],
    says: '5:13  golive:aws.region: found "us-esat-1"; expected an AWS region such as us-east-1; did you mean us-east-1?',
  },
  {
    ids: "K12",
    mistake: "an availability zone for a region",
    edits: [["us-east-1", "us-east-1a"]],
    says: '5:13  golive:aws.region: found "us-east-1a"; expected an AWS region such as us-east-1; an availability zone is not a region: write us-east-1',
  },
  {
    ids: "K12",
    mistake: "an unknown key of a mapping",
    edits: [["    region: us-east-1\n", "    region: us-east-1\n    profile: develop\n"]],
    says: "6:5  golive:aws.profile: unknown key; expected one of: accountId, region, oidcProvider",
  },
  {
    ids: "L6 S5",
    mistake: "an identity provider with https://",
    edits: [
      [
        "    region: us-east-1\n",
        "    region: us-east-1\n    oidcProvider: https://oidc.eks.us-east-1.amazonaws.com/id/A1\n",
      ],
    ],
    says: '6:19  golive:aws.oidcProvider: found "https://oidc.eks.us-east-1.amazonaws.com/id/A1"; expected the issuer of the cluster\'s tokens without https://, such as oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE; write oidc.eks.us-east-1.amazonaws.com/id/A1',
  },
  {
    ids: "K12",
    mistake: "a mistyped key, named by its neighbour",
    edits: [["    host: ", "    hots: "]],
    says: "14:5  golive:kometa.hots: unknown key; did you mean host? expected one of: namespace, release, host, port, healthPath, image, replicas, autoscaling, limits, requests, tolerations, environment, certificate, webAcl, pullPrincipals, metrics, shutdownGrace, timeout, checks, telemetry, contacts, alerting, objectives, rollout, evidence",
  },
  {
    ids: "K12",
    mistake: "a mistyped golive key",
    edits: [["golive:ceiling:", "golive:ceilng:"]],
    says: `8:3  golive:ceilng: unknown key; did you mean golive:ceiling? expected one of: ${KEYS}`,
  },
  {
    ids: "K12",
    mistake: "a mistyped system",
    edits: [["golive:kometa:", "golive:kometta:"]],
    says: `11:3  golive:kometta: unknown key; did you mean golive:kometa? expected one of: ${KEYS}`,
  },
  {
    ids: "K12",
    mistake: "a mistyped namespace",
    edits: [["golive:kometa:", "goliv:kometa:"]],
    says: "11:3  goliv:kometa: unknown namespace goliv; did you mean golive:kometa?",
  },
  {
    ids: "K12",
    mistake: "a system's name as namespace",
    edits: [["  golive:kometa:\n", "  kometa:image: v1.0-develop-12\n  golive:kometa:\n"]],
    says: "11:3  kometa:image: expected image inside golive:kometa; golive reads only keys of the namespace golive",
  },
  {
    ids: "K12",
    mistake: "a path as a key",
    edits: [["  golive:kometa:\n", "  golive:kometa.host: shop.example.com\n  golive:kometa:\n"]],
    says: "11:3  golive:kometa.host: expected the value inside golive:kometa; set it with pulumi config set --path 'golive:kometa.host' VALUE",
  },
  {
    ids: "K12",
    mistake: "a text where a mapping is due",
    edits: [["    context: kometa-develop\n", "    kometa-develop\n"]],
    says: '7:5  golive:kubernetes: found "kometa-develop"; expected a mapping with keys of: context, kubeconfig',
  },
  {
    ids: "K12",
    mistake: "a list where a mapping is due",
    edits: [["    context: kometa-develop\n", "    - kometa-develop\n"]],
    says: "7:5  golive:kubernetes: found a list of 1; expected a mapping with keys of: context, kubeconfig",
  },
  {
    ids: "K12",
    mistake: "an empty mapping",
    edits: [["golive:kubernetes:\n    context: kometa-develop\n", "golive:kubernetes:\n"]],
    says: "6:21  golive:kubernetes: found nothing; expected a mapping with keys of: context, kubeconfig",
  },
  {
    ids: "K12",
    mistake: "an empty value",
    edits: [["context: kometa-develop", 'context: ""']],
    says: '7:14  golive:kubernetes.context: found ""; expected a text that is not empty',
  },
  {
    ids: "K1",
    mistake: "a namespace in upper case",
    edits: [["namespace: kometa-develop", "namespace: Kometa_Develop"]],
    says: '12:16  golive:kometa.namespace: found "Kometa_Develop"; expected at most 63 lower-case letters, digits and "-", a letter or digit at both ends; write kometa-develop',
  },
  {
    ids: "K1",
    mistake: "a namespace of Kubernetes",
    edits: [["namespace: kometa-develop", "namespace: kube-system"]],
    says: '12:16  golive:kometa.namespace: found "kube-system"; expected a namespace of the system\'s own; this one belongs to Kubernetes',
  },
  {
    ids: "K1",
    mistake: "a namespace of more than 63 characters",
    edits: [
      [
        "namespace: kometa-develop",
        "namespace: kometa-kometa-kometa-kometa-kometa-kometa-kometa-kometa-kometa-kometa-x",
      ],
    ],
    says: '12:16  golive:kometa.namespace: found "kometa-kometa-kometa-kometa-kometa-kometa-kometa-kometa-kome…"; expected at most 63 lower-case letters, digits and "-", a letter or digit at both ends',
  },
  {
    ids: "K9",
    mistake: "a release name of more than 53 characters",
    edits: [
      ["release: kometa-develop", "release: kometa-kometa-kometa-kometa-kometa-kometa-kometa-kometa-x"],
    ],
    says: '13:14  golive:kometa.release: found "kometa-kometa-kometa-kometa-kometa-kometa-kometa-kometa-x"; expected at most 53 lower-case letters, digits and "-", a letter or digit at both ends',
  },
  {
    ids: "K2",
    mistake: "a host with its scheme and path",
    edits: [
      ["host: marketplace", "host: https://marketplace"],
      ["xyz\n", "xyz/health\n"],
    ],
    says: '14:11  golive:kometa.host: found "https://marketplace.kometadeveloper.xyz/health"; expected a DNS host such as shop.example.com; leave out the scheme; leave out the path',
  },
  {
    ids: "K2",
    mistake: "a host with its port",
    edits: [["kometadeveloper.xyz", "kometadeveloper.xyz:443"]],
    says: '14:11  golive:kometa.host: found "marketplace.kometadeveloper.xyz:443"; expected a DNS host such as shop.example.com; leave out the port',
  },
  {
    ids: "K2",
    mistake: "a wildcard host",
    edits: [
      ["host: marketplace", 'host: "*'],
      ["developer.xyz", 'developer.xyz"'],
    ],
    says: '14:11  golive:kometa.host: found "*.kometadeveloper.xyz"; expected a DNS host such as shop.example.com; name one host, without the wildcard',
  },
  {
    ids: "K2",
    mistake: "a host in upper case",
    edits: [["host: marketplace", "host: Marketplace"]],
    says: '14:11  golive:kometa.host: found "Marketplace.kometadeveloper.xyz"; expected a DNS host such as shop.example.com; write it in lower case',
  },
  {
    ids: "K2",
    mistake: "a host without a domain",
    edits: [["marketplace.kometadeveloper.xyz", "marketplace"]],
    says: '14:11  golive:kometa.host: found "marketplace"; expected a DNS host such as shop.example.com; write the full name, with its domain',
  },
  {
    ids: "K2",
    mistake: "an IP address for a host",
    edits: [["marketplace.kometadeveloper.xyz", "10.0.0.1"]],
    says: '14:11  golive:kometa.host: found "10.0.0.1"; expected a DNS host such as shop.example.com; an ingress needs a name, not an IP address',
  },
  {
    ids: "K2",
    mistake: "a port out of range",
    edits: [["    replicas: 1\n", "    replicas: 1\n    port: 70000\n"]],
    says: "19:11  golive:kometa.port: found the number 70000; expected a whole number from 1 to 65535",
  },
  {
    ids: "E12",
    mistake: "a host that is missing",
    edits: [["    host: marketplace.kometadeveloper.xyz\n", ""]],
    says: "11:3  golive:kometa.host: missing; expected a DNS host such as shop.example.com",
  },
  {
    ids: "E12",
    mistake: "a host left empty",
    edits: [["host: marketplace.kometadeveloper.xyz", "host:"]],
    says: "14:10  golive:kometa.host: found nothing; expected a DNS host such as shop.example.com",
  },
  {
    ids: "K3",
    mistake: "a repository with its registry",
    edits: [["repository: kometa", "repository: 202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa"]],
    says: '16:19  golive:kometa.image.repository: found "202533518394.dkr.ecr.us-east-1.amazonaws.com/kometa-marketpl…"; expected an ECR repository name such as kometa-marketplace; registry, tag and digest are not part of it: write kometa-marketplace',
  },
  {
    ids: "K3",
    mistake: "a repository with a tag",
    edits: [["repository: kometa-marketplace", "repository: kometa-marketplace:v1"]],
    says: '16:19  golive:kometa.image.repository: found "kometa-marketplace:v1"; expected an ECR repository name such as kometa-marketplace; registry, tag and digest are not part of it: write kometa-marketplace',
  },
  {
    ids: "K3",
    mistake: "a pull principal that is no IAM ARN",
    edits: [["    replicas: 1\n", '    replicas: 1\n    pullPrincipals: ["arn:aws:s3:::bucket"]\n']],
    says: '19:22  golive:kometa.pullPrincipals[0]: found "arn:aws:s3:::bucket"; expected an ARN such as arn:aws:iam::123456789012:role/name',
  },
  {
    ids: "K4",
    mistake: "the tag latest",
    edits: [["v1.0-develop-11", "latest"]],
    says: '17:12  golive:kometa.image.tag: found "latest"; expected a tag that names one build, such as v1.0-develop-11; "latest" moves from build to build (policy image-tag)',
  },
  {
    ids: "K4",
    mistake: "a tag that YAML reads as a number",
    edits: [["v1.0-develop-11", "1.10"]],
    says: '17:12  golive:kometa.image.tag: found the number 1.10; expected a tag that names one build, such as v1.0-develop-11: at most 128 letters, digits, "_", "." and "-"; put it in quotes',
  },
  {
    ids: "K4",
    mistake: "a tag that YAML reads as a date",
    edits: [["v1.0-develop-11", "2026-11-23"]],
    says: '17:12  golive:kometa.image.tag: found the date 2026-11-23; expected a tag that names one build, such as v1.0-develop-11: at most 128 letters, digits, "_", "." and "-"; put it in quotes',
  },
  {
    ids: "K4",
    mistake: "a tag with a space",
    edits: [["v1.0-develop-11", "v1.0 develop-11"]],
    says: '17:12  golive:kometa.image.tag: found "v1.0 develop-11"; expected a tag that names one build, such as v1.0-develop-11: at most 128 letters, digits, "_", "." and "-"',
  },
  {
    ids: "K4",
    mistake: "a tag that is missing",
    edits: [["      tag: v1.0-develop-11\n", ""]],
    says: '15:5  golive:kometa.image.tag: missing; expected a tag that names one build, such as v1.0-develop-11: at most 128 letters, digits, "_", "." and "-"',
  },
  {
    ids: "K4",
    mistake: "a digest that is too short",
    edits: [["      tag: v1.0-develop-11\n", "      tag: v1.0-develop-11\n      digest: sha256:abc\n"]],
    says: '18:15  golive:kometa.image.digest: found "sha256:abc"; expected a digest: sha256: and 64 lower-case hexadecimal digits',
  },
  {
    ids: "K4",
    mistake: "a digest for a tag",
    edits: [["v1.0-develop-11", "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]],
    says: '17:12  golive:kometa.image.tag: found "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"; expected a tag that names one build, such as v1.0-develop-11; a digest has its own key: digest',
  },
  {
    ids: "K5",
    mistake: "limits that are missing",
    edits: [["    limits: { cpu: 200m, memory: 200Mi }\n", ""]],
    says: "11:3  golive:kometa.limits: missing; expected a mapping with keys of: cpu, memory (policy container-resources: every container has limits, within golive:ceiling)",
  },
  {
    ids: "K5",
    mistake: "one limit that is missing",
    edits: [["{ cpu: 200m, memory: 200Mi }", "{ cpu: 200m }"]],
    says: "19:5  golive:kometa.limits.memory: missing; expected a memory quantity such as 200Mi (policy container-resources: every container has limits, within golive:ceiling)",
  },
  {
    ids: "K5",
    mistake: "a memory limit over the ceiling",
    edits: [["memory: 200Mi", "memory: 2Gi"]],
    says: '19:34  golive:kometa.limits.memory: found "2Gi"; expected at most 512Mi, golive:ceiling.memory of this stack (policy container-resources); lower the limit, or raise the ceiling',
  },
  {
    ids: "K5",
    mistake: "a CPU limit over the ceiling",
    edits: [["cpu: 200m, ", "cpu: 2, "]],
    says: "19:20  golive:kometa.limits.cpu: found the number 2; expected at most 500m, golive:ceiling.cpu of this stack (policy container-resources); lower the limit, or raise the ceiling",
  },
  {
    ids: "K5",
    mistake: "a unit that does not exist",
    edits: [["memory: 200Mi", "memory: 2Xi"]],
    says: '19:34  golive:kometa.limits.memory: found "2Xi"; expected a memory quantity such as 200Mi (policy container-resources: every container has limits, within golive:ceiling)',
  },
  {
    ids: "K5",
    mistake: "thousandths of a byte",
    edits: [["memory: 200Mi", "memory: 200m"]],
    says: '19:34  golive:kometa.limits.memory: found "200m"; expected a memory quantity such as 200Mi, in whole bytes; "m" means thousandths of a byte: write 200Mi (policy container-resources: every container has limits, within golive:ceiling)',
  },
  {
    ids: "K5",
    mistake: "less than a millicore",
    edits: [["cpu: 200m, ", "cpu: 0.0005, "]],
    says: "19:20  golive:kometa.limits.cpu: found the number 0.0005; expected a CPU quantity such as 200m or 0.5, in whole millicores; 1m is the least (policy container-resources: every container has limits, within golive:ceiling)",
  },
  {
    ids: "K5",
    mistake: "a limit of nothing",
    edits: [["memory: 200Mi", "memory: 0"]],
    says: "19:34  golive:kometa.limits.memory: found the number 0; expected more than 0 (policy container-resources: every container has limits, within golive:ceiling)",
  },
  {
    ids: "K5",
    mistake: "a negative limit",
    edits: [["cpu: 200m, ", "cpu: -1, "]],
    says: "19:20  golive:kometa.limits.cpu: found the number -1; expected a CPU quantity such as 200m or 0.5 (policy container-resources: every container has limits, within golive:ceiling)",
  },
  {
    ids: "K5",
    mistake: "a request over its limit",
    edits: [["    replicas: 1\n", "    replicas: 1\n    requests: { memory: 300Mi }\n"]],
    says: '19:25  golive:kometa.requests.memory: found "300Mi"; expected at most the limit, 200Mi; lower the request, or leave it out',
  },
  {
    ids: "K5",
    mistake: "a ceiling that is missing",
    edits: [["  golive:ceiling:\n    cpu: 500m\n    memory: 512Mi\n", ""]],
    says: "2:1  golive:ceiling: missing; expected a mapping with keys of: cpu, memory",
  },
  {
    ids: "K5",
    mistake: "replicas in quotes",
    edits: [["replicas: 1", 'replicas: "1"']],
    says: '18:15  golive:kometa.replicas: found "1"; expected a whole number from 0 to 100; remove the quotes',
  },
  {
    ids: "K5",
    mistake: "half a replica",
    edits: [["replicas: 1", "replicas: 1.5"]],
    says: "18:15  golive:kometa.replicas: found the number 1.5; expected a whole number from 0 to 100",
  },
  {
    ids: "K5",
    mistake: "replicas beside autoscaling",
    edits: [["    replicas: 1\n", "    replicas: 1\n    autoscaling: { minReplicas: 1, maxReplicas: 3 }\n"]],
    says: "18:15  golive:kometa.replicas: found the number 1; expected no replicas beside autoscaling, which sets their number; remove one of the two",
  },
  {
    ids: "K5",
    mistake: "autoscaling upside down",
    edits: [["    replicas: 1\n", "    autoscaling: { minReplicas: 4, maxReplicas: 3 }\n"]],
    says: "18:33  golive:kometa.autoscaling.minReplicas: found the number 4; expected at most maxReplicas, 3",
  },
  {
    ids: "K6",
    mistake: "a health path without its slash",
    edits: [["    replicas: 1\n", "    replicas: 1\n    healthPath: health\n"]],
    says: '19:17  golive:kometa.healthPath: found "health"; expected an absolute path such as /health; write /health',
  },
  {
    ids: "K6",
    mistake: "a duration without a unit",
    edits: [["    replicas: 1\n", '    replicas: 1\n    timeout: "600"\n']],
    says: '19:14  golive:kometa.timeout: found "600"; expected a duration such as 30s, 10m or 1h30m; add the unit, e.g. 600s',
  },
  {
    ids: "K6",
    mistake: "no time to stop in",
    edits: [["    replicas: 1\n", "    replicas: 1\n    shutdownGrace: 0s\n"]],
    says: '19:20  golive:kometa.shutdownGrace: found "0s"; expected more than 0',
  },
  {
    ids: "K7",
    mistake: "a toleration with an unknown effect",
    edits: [["[spot-instance]", '["spot-instance:NoSchedul"]']],
    says: '20:19  golive:kometa.tolerations[0]: found "spot-instance:NoSchedul"; expected a taint, key[=value][:effect], such as spot-instance; effects: NoSchedule, PreferNoSchedule, NoExecute',
  },
  {
    ids: "K7",
    mistake: "a toleration given twice",
    edits: [["[spot-instance]", "[spot-instance, spot-instance]"]],
    says: '20:34  golive:kometa.tolerations[1]: found "spot-instance"; expected each entry once; remove this one',
  },
  {
    ids: "K7",
    mistake: "a toleration outside a list",
    edits: [["[spot-instance]", "spot-instance"]],
    says: '20:18  golive:kometa.tolerations: found "spot-instance"; expected a list',
  },
  {
    ids: "K8",
    mistake: "no certificate",
    edits: [["    certificate: { create: true }\n", ""]],
    says: "11:3  golive:kometa.certificate: missing; expected a mapping with keys of: create, zoneId, arn, lookup",
  },
  {
    ids: "K8",
    mistake: "two sources of a certificate",
    edits: [["{ create: true }", "{ create: true, lookup: marketplace.kometadeveloper.xyz }"]],
    says: "21:18  golive:kometa.certificate: found a mapping; expected exactly one of create, arn, lookup; this has create and lookup",
  },
  {
    ids: "K8",
    mistake: "a certificate with create: false",
    edits: [["{ create: true }", "{ create: false }"]],
    says: "21:28  golive:kometa.certificate.create: found false; expected true",
  },
  {
    ids: "K8",
    mistake: "a certificate for another host",
    edits: [["{ create: true }", '{ lookup: "*.example.com" }']],
    says: '21:28  golive:kometa.certificate.lookup: found "*.example.com"; expected the name of a certificate that covers marketplace.kometadeveloper.xyz, such as *.kometadeveloper.xyz',
  },
  {
    ids: "K8",
    mistake: "a certificate of another region",
    edits: [["{ create: true }", '{ arn: "arn:aws:acm:eu-west-1:202533518394:certificate/1a2b" }']],
    says: '21:25  golive:kometa.certificate.arn: found "arn:aws:acm:eu-west-1:202533518394:certificate/1a2b"; expected an ARN in us-east-1 of account 202533518394 (golive:aws), where the load balancer is',
  },
  {
    ids: "K8",
    mistake: "an ARN of another service",
    edits: [["{ create: true }", '{ arn: "arn:aws:iam::202533518394:server-certificate/x" }']],
    says: '21:25  golive:kometa.certificate.arn: found "arn:aws:iam::202533518394:server-certificate/x"; expected an ARN such as arn:aws:acm:us-east-1:123456789012:certificate/1a2b3c4d-…',
  },
  {
    ids: "K8",
    mistake: "a zone without create",
    edits: [["{ create: true }", "{ lookup: marketplace.kometadeveloper.xyz, zoneId: Z123 }"]],
    says: '21:69  golive:kometa.certificate.zoneId: found "Z123"; expected no zoneId here: it goes with create: true',
  },
  {
    ids: "K8",
    mistake: "an empty web ACL",
    edits: [["    replicas: 1\n", "    replicas: 1\n    webAcl: {}\n"]],
    says: "19:13  golive:kometa.webAcl: found a mapping; expected exactly one of rateLimit, arn; this has none",
  },
  {
    ids: "K8",
    mistake: "a rate limit below the least",
    edits: [["    replicas: 1\n", "    replicas: 1\n    webAcl: { rateLimit: 5 }\n"]],
    says: "19:26  golive:kometa.webAcl.rateLimit: found the number 5; expected a whole number from 10 to 2000000000",
  },
  {
    ids: "K12 L6",
    mistake: "a variable's name with a dash",
    edits: [["LOG_LEVEL:", "log-level:"]],
    says: '23:7  golive:kometa.environment.log-level: expected a name of letters, digits and "_", no digit first, such as LOG_LEVEL; write LOG_LEVEL',
  },
  {
    ids: "K12 L6",
    mistake: "a variable's value that is a number",
    edits: [["LOG_LEVEL: info", "MAX_ITEMS: 10"]],
    says: "23:18  golive:kometa.environment.MAX_ITEMS: found the number 10; expected a text, a secret, or a mapping with one of secretRef, generate, external, sealed; put it in quotes",
  },
  {
    ids: "K12 L6",
    mistake: "a variable twice but for case",
    edits: [["LOG_LEVEL: info", "LOG_LEVEL: info\n      log_level: debug"]],
    says: "24:7  golive:kometa.environment.log_level: expected names that differ by more than case; see LOG_LEVEL",
  },
  {
    ids: "K12 L7",
    mistake: "a plain value under a secret's name",
    edits: [["LOG_LEVEL: info", "API_TOKEN: planted-hunter2"]],
    says: "23:18  golive:kometa.environment.API_TOKEN: found a value (not shown); expected a secret: its name or its look says that it is one; set it with pulumi config set --secret --path 'golive:kometa.environment.API_TOKEN', or take it from elsewhere by one of secretRef, generate, external, sealed",
  },
  {
    ids: "K12 L7",
    mistake: "a password inside a URL",
    edits: [["LOG_LEVEL: info", "DATABASE_URL: postgres://app:planted-hunter2@db:5432/app"]],
    says: "23:21  golive:kometa.environment.DATABASE_URL: found a value (not shown); expected a secret: its name or its look says that it is one; set it with pulumi config set --secret --path 'golive:kometa.environment.DATABASE_URL', or take it from elsewhere by one of secretRef, generate, external, sealed",
  },
  {
    ids: "K12 L7",
    mistake: "a secret where none belongs",
    edits: [["host: marketplace.kometadeveloper.xyz", "host: { secure: v1:AAAA }"]],
    says: "14:11  golive:kometa.host: found a secret; expected a DNS host such as shop.example.com; only values of environment may be secret",
  },
  {
    ids: "K12 L7",
    mistake: "a reference without its key",
    edits: [["{ name: database, key: password }", "{ name: database }"]],
    says: '26:22  golive:kometa.environment.DB_PASSWORD.secretRef.key: missing; expected at most 253 letters, digits, ".", "_" and "-"',
  },
  {
    ids: "K12 L7",
    mistake: "a generated value that is too short",
    edits: [["{ secretRef: { name: database, key: password } }", "{ generate: { length: 8 } }"]],
    says: "26:42  golive:kometa.environment.DB_PASSWORD.generate.length: found a value (not shown); expected a whole number from 16 to 128",
  },
  {
    ids: "K12 L7",
    mistake: "a mistyped key of a source",
    edits: [["{ secretRef: { name: database, key: password } }", "{ generate: { lenght: 48 } }"]],
    says: "26:34  golive:kometa.environment.DB_PASSWORD.generate.lenght: unknown key; did you mean length? expected one of: length, version",
  },
  {
    ids: "K12 L7",
    mistake: "two sources of one value",
    edits: [
      ["{ secretRef: { name: database, key: password } }", "{ generate: {}, external: { key: shop/db } }"],
    ],
    says: "26:20  golive:kometa.environment.DB_PASSWORD: found a mapping; expected exactly one of secretRef, generate, external, sealed; this has generate and external",
  },
  {
    ids: "K12 L7",
    mistake: "a sealed value that is none",
    edits: [["{ secretRef: { name: database, key: password } }", "{ sealed: planted-hunter2 }"]],
    says: "26:30  golive:kometa.environment.DB_PASSWORD.sealed: found a value (not shown); expected what kubeseal --raw --scope namespace-wide prints, starting with Ag",
  },
  {
    ids: "K12 L7",
    mistake: "a version of an external value that YAML reads as a number",
    edits: [
      ["  golive:ceiling:", "  golive:secretStore: { name: vault }\n  golive:ceiling:"],
      ["{ secretRef: { name: database, key: password } }", "{ external: { key: shop/db, version: 3 } }"],
    ],
    says: "27:57  golive:kometa.environment.DB_PASSWORD.external.version: found a value (not shown); expected a text that is not empty; put it in quotes",
  },
  {
    ids: "K12 L7",
    mistake: "an external value on a stack without a store",
    edits: [["{ secretRef: { name: database, key: password } }", "{ external: { key: shop/db } }"]],
    says: "2:1  golive:secretStore: missing; expected { name, kind }, the store of External Secrets that holds the value of golive:kometa.environment.DB_PASSWORD",
  },
  {
    ids: "K12 L7",
    mistake: "a store of a kind that External Secrets does not know",
    edits: [["  golive:ceiling:", "  golive:secretStore: { name: vault, kind: Vault }\n  golive:ceiling:"]],
    says: '8:44  golive:secretStore.kind: found "Vault"; expected one of SecretStore, ClusterSecretStore',
  },
];
