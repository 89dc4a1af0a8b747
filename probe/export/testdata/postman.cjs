// usage: node postman.cjs NODE_MODULES FOLDER
// Reads every *.json of FOLDER with Postman's own library, and says what it did not find again: an item without a request, an address it cannot make out,
// a script that does not parse. Prints a line for every problem, and how many collections were read.
const { createRequire } = require('node:module');
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const [modules, folder] = process.argv.slice(2);
const load = createRequire(modules + '/');
const { Collection } = load('postman-collection');

let read = 0;
for (const name of readdirSync(folder).filter((f) => f.endsWith('.json'))) {
  read++;
  const say = (what) => console.log(`${name}: ${what}`);
  const written = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const collection = new Collection(written);
  if (!collection.name) say('the collection has no name');
  const seen = new Set();
  collection.forEachItem((item) => {
    const from = written.item[seen.size];
    seen.add(item.id);
    if (!item.name) say('an item has no name');
    if (item.request.method !== from.request.method) say(`${item.name}: method ${item.request.method}`);
    if (item.request.url.toString() !== from.request.url.raw) say(`${item.name}: the parts of the address give ${item.request.url}, and not ${from.request.url.raw}`);
    if (item.request.headers.count() !== from.request.header.length) say(`${item.name}: ${item.request.headers.count()} headers`);
    if (from.request.auth && !item.request.auth.parameters().count()) say(`${item.name}: no parameters for ${from.request.auth.type}`);
    if (item.responses.count() !== from.response.length) say(`${item.name}: ${item.responses.count()} answers`);
    item.events.each((e) => new Script(e.script.toSource()));
  });
  if (seen.size !== written.item.length) say(`${seen.size} of ${written.item.length} items`);
}
console.log(`${read} collections`);
