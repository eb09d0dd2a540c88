/** Pulumi's plugins, at the versions of the npm packages that the program imports. */
export const plugins = {
  kubernetes: "4.34.2",
  aws: "7.48.0",
  random: "4.21.2",
} as const;

export type PluginName = keyof typeof plugins;

export const isPluginName = (name: string): name is PluginName => name in plugins;
