/** The program that Pulumi runs: index.ts's own export. */
declare const program: () => Promise<object>;
export default program;
