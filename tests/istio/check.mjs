// Holds envoy/istio/*.yaml against what Istio and Kubernetes publish, in two ways: the validators made from their
// schemas (values, patterns, what is required), and the types made from them (a field that does not exist).

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "../../envoy/istio");
const problems = [];
const typed = [];
let count = 0;

const moduleOf = (apiVersion) =>
  apiVersion.split("/")[0].endsWith("istio.io") ? `@kubernetes-models/istio/${apiVersion}` : `kubernetes-models/${apiVersion}`;

for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml")).sort()) {
  for (const document of parseAllDocuments(readFileSync(join(folder, file), "utf8"), { strict: true })) {
    document.errors.forEach((error) => problems.push(`${file}: ${error.message}`));
    const object = document.toJS();
    const name = `${file}: ${object.kind} ${object.metadata?.name}`;
    const kinds = await import(moduleOf(object.apiVersion));
    if (!kinds[object.kind]) {
      problems.push(`${name}: no such kind in ${object.apiVersion}`);
      continue;
    }
    try {
      new kinds[object.kind](object).validate();
    } catch (error) {
      problems.push(`${name}: ${error.message}`);
    }
    typed.push(`// ${name}\n{ const value: import("${moduleOf(object.apiVersion)}").I${object.kind} = ${JSON.stringify(object)}; void value; }`);
    count += 1;
  }
}

// TypeScript refuses a field of a literal that its type does not have; that is the strictness wanted here.
const generated = join(here, "node_modules/.cache/toolgate-check.ts");
mkdirSync(dirname(generated), { recursive: true });
writeFileSync(generated, `export {};\n${typed.join("\n")}\n`);
const tsc = join(here, "node_modules/.bin/tsc");
const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "--pretty", "false", "--ignoreConfig"];
const types = spawnSync(tsc, [...flags, generated], { encoding: "utf8", cwd: here });
if (types.status !== 0) problems.push(types.stdout + types.stderr);

if (count === 0) problems.push(`no document in ${folder}`);
if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exit(1);
}
console.log(`mesh: ${count} documents hold against the published schemas`);
