// Runs CloudFront Functions in Node: one JSON document a line in, one a line out. What the runtime has beside JavaScript itself is
// `crypto`, `Buffer` and, imported as `cloudfront`, the key-value stores; their contents come with the messages.
import { createRequire } from 'node:module';
import readline from 'node:readline';
import vm from 'node:vm';

const require = createRequire(import.meta.url);
const stores = {};
const handlers = {};

class Store {
    constructor(name) { this.name = name; }
    #items() { return stores[this.name] ?? {}; }
    async get(key, options) {
        const items = this.#items();
        if (!Object.hasOwn(items, key)) { throw new Error('KeyNotFound'); }
        return options?.format === 'json' ? JSON.parse(items[key]) : items[key];
    }
    async exists(key) { return Object.hasOwn(this.#items(), key); }
    async count() { return Object.keys(this.#items()).length; }
    async meta() { return { keyCount: await this.count() }; }
}

function load(name, source, store) {
    const body = source.replace(/^\s*import\s+cf\s+from\s+['"]cloudfront['"]\s*;?/m, '');
    const sandbox = vm.createContext({
        cf: { kvs: () => new Store(store) }, Buffer, TextEncoder, TextDecoder, console: { log() {} },
        require(module) {
            if (module !== 'crypto' && module !== 'querystring') { throw new Error('no module ' + module); }
            return require(module);
        }
    });
    handlers[name] = vm.runInContext(body + '\n;handler;', sandbox, { filename: name + '.js' });
}

async function answer(message) {
    if (message.load) { load(message.load, message.source, message.store); return null; }
    if (message.store) { stores[message.store] = message.items; return null; }
    return await handlers[message.run](message.event);
}

for await (const line of readline.createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    // Not awaited: a function that waits for its store must not keep the others waiting.
    answer(message).then(
        (result) => process.stdout.write(JSON.stringify({ id: message.id, result }) + '\n'),
        (error) => process.stdout.write(JSON.stringify({ id: message.id, error: String(error) }) + '\n'));
}
