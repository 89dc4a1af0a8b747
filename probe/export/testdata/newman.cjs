// usage: node newman.cjs NODE_MODULES COLLECTION NAME=VALUE...
// Runs a collection with newman, and prints for each request its name and the status that came, and the name of every test that failed.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');

const [modules, file, ...values] = process.argv.slice(2);
const newman = createRequire(modules + '/')('newman');

newman.run({
  collection: JSON.parse(readFileSync(file, 'utf8')),
  globalVar: [],
  envVar: values.map((v) => ({ key: v.slice(0, v.indexOf('=')), value: v.slice(v.indexOf('=') + 1) })),
  timeoutRequest: 10000,
}, (err, summary) => {
  if (err) throw err;
  for (const { item, response, requestError } of summary.run.executions) console.log(`${item.name}: ${requestError || response.code}`);
  for (const { source, error } of summary.run.failures) console.log(`failed: ${source.name}: ${error.test}`);
});
