// node scopes.mjs GRAMMAR FILE: the scopes that VS Code's own engine finds, as JSON: [line, start, end, [scope, ...]] ...
import fs from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const [grammarPath, filePath] = process.argv.slice(2);
await oniguruma.loadWASM(fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(grammarPath, "utf8"), grammarPath),
});
const grammar = await registry.loadGrammar("source.awm");

const found = [];
let stack = textmate.INITIAL;
fs.readFileSync(filePath, "utf8")
  .split("\n")
  .forEach((line, number) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    // JavaScript counts units of UTF-16; the reader counts characters.
    const characters = (unit) => [...line.slice(0, unit)].length;
    for (const token of result.tokens) {
      found.push([number, characters(token.startIndex), characters(Math.min(token.endIndex, line.length)), token.scopes]);
    }
  });
process.stdout.write(JSON.stringify(found));
