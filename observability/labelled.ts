/** Labels of an object: no field rather than an empty one, which the API server drops, and which every `up` would add again. Pure. */
export const labelled = (
  labels: Readonly<Record<string, string>>,
): { readonly labels?: Readonly<Record<string, string>> } =>
  Object.keys(labels).length === 0 ? {} : { labels: { ...labels } };
