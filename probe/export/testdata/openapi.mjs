// usage: node openapi.mjs NODE_MODULES FOLDER
// Holds every *.json of FOLDER against the published schema of OpenAPI 3.1, and against the rules of Redocly that go beyond it. Prints a line for every
// problem, and how many documents were read.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, folder] = process.argv.slice(2);
const load = createRequire(modules + '/');
const { Validator } = await import(pathToFileURL(join(modules, '@seriousme/openapi-schema-validator/index.js')));
const { createConfig, lintFromString, BaseResolver } = load('@redocly/openapi-core');
const config = await createConfig({
  extends: ['spec'],
  rules: {
    'no-invalid-media-type-examples': 'error', 'no-invalid-schema-examples': 'error', 'no-invalid-parameter-examples': 'error',
    'no-unresolved-refs': 'error', 'no-identical-paths': 'error', 'no-enum-type-mismatch': 'error', 'operation-operationId-url-safe': 'error',
    'no-undefined-server-variable': 'error', 'no-server-trailing-slash': 'error', 'no-path-trailing-slash': 'off', 'no-ambiguous-paths': 'off', 'security-defined': 'off',
  },
});

let read = 0;
for (const name of readdirSync(folder).filter((f) => f.endsWith('.json'))) {
  const text = readFileSync(join(folder, name), 'utf8');
  read++;
  const { valid, errors } = await new Validator().validate(JSON.parse(text));
  if (!valid) console.log(`${name}: schema: ${typeof errors === 'string' ? errors : JSON.stringify(errors).slice(0, 400)}`);
  for (const p of await lintFromString({ source: text, absoluteRef: join(folder, name), config, externalRefResolver: new BaseResolver() })) {
    console.log(`${name}: ${p.ruleId}: ${p.message} at ${p.location[0]?.pointer}`);
  }
}
console.log(`${read} documents`);
