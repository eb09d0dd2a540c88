// What Pulumi loads: index.ts, compiled once for each state of its sources.
const { compile } = require("./compile");

module.exports = require(compile("index.ts", ".golive/program/index.js").file);
