// Holds code to what CloudFront's JavaScript runtime 2.0 takes: `node syntax.mjs` reads {name: source} from standard input and prints
// {name: [violation, ...]}. What AWS's list does not name is refused, even where the engine behind it may know it.
// Source: Amazon CloudFront Developer Guide, "JavaScript runtime 2.0 features for CloudFront Functions"
// (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html), read in November 2026.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../runtime/edge/package.json', import.meta.url));
const acorn = require('acorn');
const walk = require('acorn-walk');

const words = (text) => new Set(text.split(/\s+/).filter(Boolean));
const NODES = words(`
    Program ImportDeclaration ImportDefaultSpecifier VariableDeclaration VariableDeclarator FunctionDeclaration FunctionExpression
    ArrowFunctionExpression BlockStatement ReturnStatement IfStatement ForStatement ForInStatement WhileStatement DoWhileStatement
    BreakStatement ContinueStatement LabeledStatement SwitchStatement SwitchCase ThrowStatement TryStatement CatchClause
    ExpressionStatement EmptyStatement AwaitExpression CallExpression NewExpression MemberExpression Identifier Literal TemplateLiteral
    TemplateElement ArrayExpression ObjectExpression Property UnaryExpression UpdateExpression BinaryExpression LogicalExpression
    AssignmentExpression ConditionalExpression SequenceExpression ThisExpression RestElement`);
const MODULES = words('cloudfront crypto querystring buffer');
const GLOBALS = words(`
    Object String Number Boolean Math Date RegExp JSON Array Promise Symbol ArrayBuffer DataView TextDecoder TextEncoder Buffer
    Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array
    Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError
    decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt atob btoa console
    NaN Infinity undefined arguments require`);
const METHODS = words(`
    assign create defineProperties defineProperty entries freeze getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames
    getPrototypeOf hasOwnProperty is isExtensible isFrozen isPrototypeOf isSealed keys preventExtensions propertyIsEnumerable seal
    setPrototypeOf toString valueOf values
    charAt charCodeAt codePointAt concat endsWith fromCharCode fromCodePoint includes indexOf lastIndexOf match matchAll normalize padEnd
    padStart repeat replace replaceAll search slice split startsWith substr substring toLowerCase toUpperCase trim trimEnd trimStart
    isFinite isInteger isNaN isSafeInteger parseFloat parseInt toExponential toFixed toPrecision
    abs ceil floor max min pow round sign sqrt trunc now parse getTime toISOString exec test stringify
    copyWithin every fill filter find findIndex forEach isArray join map of pop push reduce reduceRight reverse shift some sort splice
    unshift then catch finally all allSettled any race resolve reject apply bind call
    createHash createHmac update digest from alloc compare equals isBuffer byteLength
    kvs get exists count meta log error`);

function check(source) {
    const found = [];
    let tree;
    try {
        tree = acorn.parse(source, { ecmaVersion: 2021, sourceType: 'module', locations: true });
    } catch (error) {
        return ['no ES 12: ' + error.message];
    }
    const say = (node, what) => found.push(node.loc.start.line + ': ' + what);
    const declared = new Set();
    walk.full(tree, (node) => {
        if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration') declared.add((node.id || {}).name);
        if (/Function/.test(node.type)) node.params.forEach((one) => declared.add(one.name || (one.argument || {}).name));
        if (node.type === 'CatchClause' && node.param) declared.add(node.param.name);
        if (/^Import.*Specifier$/.test(node.type)) declared.add(node.local.name);
    });
    walk.fullAncestor(tree, (node, _, ancestors) => {
        if (!NODES.has(node.type)) say(node, node.type);
        CHECKS.forEach((each) => each(node, ancestors, say));
        if (node.type === 'Identifier' && isReference(node, ancestors) && !declared.has(node.name) && !GLOBALS.has(node.name)) {
            say(node, 'global ' + node.name);
        }
    });
    return found;
}

const functions = (ancestors) => ancestors.slice(0, -1).filter((one) => /Function/.test(one.type));
const CHECKS = [
    (node, ancestors, say) => {
        if (/Function/.test(node.type)) {
            if (node.generator) say(node, 'generator');
            if (node.async && (node.type !== 'FunctionDeclaration' || functions(ancestors).length)) say(node, 'async closure');
            if (node.params.some((one) => one.type !== 'Identifier' && one.type !== 'RestElement')) say(node, 'default or pattern parameter');
        }
        if (node.type === 'VariableDeclarator' && node.id.type !== 'Identifier') say(node, 'destructuring');
    },
    (node, ancestors, say) => {
        if (node.type !== 'AwaitExpression') return;
        if (!functions(ancestors).length) say(node, 'await outside a function');
        for (let i = ancestors.length - 1; i > 0; i--) {
            const outer = ancestors[i - 1];
            if ((outer.type === 'CallExpression' || outer.type === 'NewExpression') && outer.arguments.includes(ancestors[i])) say(node, 'await among arguments');
        }
    },
    (node, _, say) => {
        if (node.type === 'Property' && (node.shorthand || node.method || node.computed || node.kind !== 'init')) say(node, 'ES 6 property');
        if (node.type === 'CatchClause' && !node.param) say(node, 'catch without a parameter');
        if (node.type === 'LogicalExpression' && node.operator === '??') say(node, '??');
        if (node.type === 'AssignmentExpression' && /^(\?\?|\|\||&&)=$/.test(node.operator)) say(node, node.operator);
        if (node.type === 'RestElement' && !node.argument.name) say(node, 'pattern');
        if (node.type === 'AssignmentExpression' && /Pattern$/.test(node.left.type)) say(node, 'destructuring');
    },
    (node, _, say) => {
        if (node.type !== 'Literal') return;
        if (node.bigint) say(node, 'BigInt');
        if (/^[0-9][0-9a-zA-Z.]*_/.test(node.raw)) say(node, 'numeric separator');
        if (node.regex && (/[^gim]/.test(node.regex.flags) || /\(\?<[=!]/.test(node.regex.pattern))) say(node, 'regular expression ' + node.raw);
    },
    (node, _, say) => {
        if (node.type === 'ImportDeclaration' && (!MODULES.has(node.source.value) || node.specifiers.length !== 1)) say(node, 'import');
        if (node.type !== 'CallExpression') return;
        const called = node.callee;
        if (called.name === 'require' && !(node.arguments.length === 1 && MODULES.has(node.arguments[0].value))) say(node, 'require');
        if (called.type === 'MemberExpression' && (called.computed || !METHODS.has(called.property.name))) say(node, 'method ' + (called.property.name || '[]'));
    }
];

function isReference(node, ancestors) {
    const parent = ancestors[ancestors.length - 2];
    if (parent.type === 'MemberExpression') return parent.object === node || parent.computed;
    return !(parent.type === 'Property' && parent.key === node && parent.value !== node) && !/Statement$/.test(parent.type + (parent.label === node ? '' : '-'));
}

const given = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(Object.fromEntries(Object.entries(given).map(([name, source]) => [name, check(source)]))));
