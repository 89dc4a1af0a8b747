// usage: node verify.cjs NODE_MODULES BUNDLE PUBLIC_KEY_PEM KEY_ID
// Verifies a Sigstore bundle with the library of the Sigstore project, and the same signature over the payload with its DSSE code. Prints the type of
// what the statement says.
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const { createPublicKey } = require('node:crypto');

const [modules, file, pem, id] = process.argv.slice(2);
const load = createRequire(modules + '/');
const { bundleFromJSON } = load('@sigstore/bundle');
const { Verifier, toSignedEntity } = load('@sigstore/verify');

const trusted = {
  certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [],
  publicKey(hint) {
    if (hint !== id) throw new Error(`no key is trusted under the name ${hint}`);
    return { publicKey: createPublicKey(readFileSync(pem)), validFor: () => true };
  },
};
const bundle = bundleFromJSON(JSON.parse(readFileSync(file, 'utf8')));
new Verifier(trusted, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
console.log(JSON.parse(bundle.content.dsseEnvelope.payload.toString('utf8')).predicateType);
