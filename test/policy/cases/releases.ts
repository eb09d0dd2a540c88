import { refuses, type Case } from "../case";

export const releaseCases: readonly Case[] = [
  refuses(
    "a release whose chart is not in the repository",
    {
      type: "kubernetes:helm.sh/v3:Release",
      name: "shop",
      props: {
        chart: "nginx",
        name: "shop",
        namespace: "shop",
        repositoryOpts: { repo: "https://example.com" },
      },
    },
    "chart-renders",
    /chart is "nginx", where no chart's folder is/,
  ),
];
