// Runs a CloudFront Function on cases, as the runtime would: `node run.mjs FILE` with {"store": {key: value} | null, "now": seconds, "events": [...]} on
// standard input; the handler's answers come out, one a line, each with the keys that it read.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const { store, now, events } = JSON.parse(readFileSync(0, 'utf8'));
let reads = [];
globalThis.require = createRequire(import.meta.url);
globalThis.__kvs = {
    async get(key) {
        reads.push(key);
        if (store === null || !(key in store)) throw new Error('KeyNotFound');
        return store[key];
    },
    async exists(key) {
        reads.push(key);
        if (store === null) throw new Error('unavailable');
        return key in store;
    }
};
registerHooks({
    resolve: (name, context, next) => (name === 'cloudfront' ? { url: 'stub:cloudfront', shortCircuit: true } : next(name, context)),
    load(url, context, next) {
        if (url === 'stub:cloudfront') {
            return { format: 'module', source: 'export default { kvs: () => globalThis.__kvs };', shortCircuit: true };
        }
        if (!url.startsWith('file:')) return next(url, context);
        const loaded = next(url, { ...context, format: 'module' });
        return { ...loaded, source: loaded.source + '\nexport { handler };' };
    }
});
const { handler } = await import(pathToFileURL(process.argv[2]));
Date.now = () => now * 1000;
for (const event of events) {
    reads = [];
    const started = process.hrtime.bigint();
    let answer;
    try {
        answer = await handler(event);
    } catch (error) {
        answer = { crashed: String(error) };
    }
    console.log(JSON.stringify({ answer, reads, microseconds: Number(process.hrtime.bigint() - started) / 1000 }));
}
