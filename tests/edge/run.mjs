// Runs a CloudFront Function on events, as the runtime would: `node run.mjs FILE` reads {"store": {key: value} | null, "now": seconds, "events": [...]}
// from standard input and prints a line for each event: the handler's answer, the keys of the store that it read, and how many statements ran.
// The number of statements is a proxy: CloudFront bounds compute utilization, which only its own test tool tells.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../runtime/edge/package.json', import.meta.url));
const acorn = require('acorn');
const walk = require('acorn-walk');
const { store, now, events } = JSON.parse(readFileSync(0, 'utf8'));

let reads = [];
globalThis.require = require;
globalThis.__statements = 0;
globalThis.__store = {
    async get(key) {
        reads.push(key);
        if (store === null || !Object.hasOwn(store, key)) throw new Error('KeyNotFound');
        return store[key];
    },
    async exists(key) {
        reads.push(key);
        if (store === null) throw new Error('Unavailable');
        return Object.hasOwn(store, key);
    }
};

function counted(source) {
    const places = [];
    walk.full(acorn.parse(source, { ecmaVersion: 2021, sourceType: 'module' }), (node) => {
        if (node.type === 'BlockStatement') node.body.forEach((one) => places.push(one.start));
    });
    places.sort((one, other) => other - one);
    return places.reduce((text, place) => text.slice(0, place) + '__statements++;' + text.slice(place), source);
}

registerHooks({
    resolve: (name, context, next) => (name === 'cloudfront' ? { url: 'stub:cloudfront', shortCircuit: true } : next(name, context)),
    load(url, context, next) {
        if (url === 'stub:cloudfront') {
            return { format: 'module', source: 'export default { kvs: () => globalThis.__store };', shortCircuit: true };
        }
        if (!url.startsWith('file:')) return next(url, context);
        const loaded = next(url, { ...context, format: 'module' });
        return { ...loaded, source: counted(String(loaded.source)) + '\nexport { handler };' };
    }
});
const { handler } = await import(pathToFileURL(process.argv[2]));
Date.now = () => now * 1000;
for (const event of events) {
    reads = [];
    globalThis.__statements = 0;
    let answer;
    try {
        answer = await handler(event);
    } catch (error) {
        answer = { crashed: String(error) };
    }
    console.log(JSON.stringify({ answer, reads, statements: globalThis.__statements }));
}
