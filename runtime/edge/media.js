// Viewer request of media: the token in the path is verified, looked up among the revocations, and taken off.
// Format of the token and of the store: docs/playback.md. CloudFront has checked the signed cookie before this runs.
import cf from 'cloudfront';
const crypto = require('crypto');

const store = cf.kvs();
const PATH = /^\/t\/([^/]{1,512})((?:\/[A-Za-z0-9_][A-Za-z0-9._~-]{0,255}){2,12})$/;
const TOKEN = /^([0-9a-f]{8})\.([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})$/;
const ID = '[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?';
const CLAIMS = new RegExp(
    '^1\\|([0-9a-f]{24})\\|([0-9a-f]{16})\\|([0-9a-f]{16})\\|(?:SD|HD|UHD)\\|([0-9]{1,11})\\|([0-9]{1,11})\\|' +
    '(titles/(' + ID + ')/[0-9a-f]{16}|_live/(' + ID + '))(?:\\|([a-z]{2}-[a-z-]{1,20}-[0-9]{1,2}/[0-9a-f]{32}))?$'
);

async function handler(event) {
    const request = event.request;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
        return refuse(405, 'Method Not Allowed');
    }
    const parts = PATH.exec(request.uri);
    if (!parts) {
        return refuse(403, 'Forbidden');
    }
    let state;
    let claims;
    let revoked = false;
    try {
        const text = await store.get('state'); // the runtime takes no await among arguments
        state = JSON.parse(text);
        claims = verified(parts[1], state.keys, Math.floor(Date.now() / 1000));
        if (claims && state.revoked) {
            revoked = await isRevoked(claims);
        }
    } catch (error) { // a store that cannot be read: nobody is let in unchecked
        return refuse(503, 'Service Unavailable');
    }
    const path = claims && !revoked ? originPath(parts[2], claims) : null;
    if (!path) {
        return refuse(403, 'Forbidden');
    }
    request.uri = path;
    const agent = request.headers['user-agent'] ? request.headers['user-agent'].value.slice(0, 512) : '';
    request.headers['x-marquee-device'] = { value: deviceClass(agent) };
    request.headers['x-marquee-drm'] = { value: drmSystem(agent) };
    return request;
}

function verified(token, keys, now) {
    const parts = TOKEN.exec(token);
    if (!parts || !Object.keys(keys).includes(parts[1])) {
        return null;
    }
    const signature = crypto.createHmac('sha256', keys[parts[1]]).update('path.' + parts[1] + '.' + parts[2]).digest('base64url');
    if (!isSame(signature, parts[3])) {
        return null;
    }
    const claims = CLAIMS.exec(Buffer.from(parts[2], 'base64url').toString());
    if (!claims || Number(claims[5]) <= now) {
        return null;
    }
    return { session: claims[1], user: claims[2], device: claims[3], issued: Number(claims[4]), scope: claims[6], title: claims[7] || claims[8], asset: claims[9] };
}

// What the origin calls the path; null for one that the token does not open. MediaPackage's paths begin with the channel or the asset.
function originPath(path, claims) {
    const below = '/' + claims.scope + '/';
    if (!path.startsWith(below)) {
        return null;
    }
    let found = path;
    if (path.startsWith('/_live/')) {
        found = path.slice(6);
    } else if (path.startsWith('_jit/', below.length)) {
        const asset = below + '_jit/' + claims.asset;
        if (!claims.asset || !path.startsWith(asset + '/')) {
            return null;
        }
        found = path.slice(asset.length - 33);
    }
    return /\/_(?:jit|live)\//.test(found) ? null : found; // CloudFront chose the origin by these names, wherever they stand
}

async function isRevoked(claims) {
    const subjects = ['s:' + claims.session, 'u:' + claims.user, 't:' + claims.title, 'd:' + claims.device];
    for (let i = 0; i < subjects.length; i++) {
        const known = await store.exists(subjects[i]);
        if (known) {
            const value = await store.get(subjects[i]);
            if (claims.issued <= Number(value.split('.')[0])) {
                return true;
            }
        }
    }
    return false;
}

function isSame(one, other) { // takes as long whatever differs
    let difference = one.length ^ other.length;
    for (let i = 0; i < one.length; i++) {
        difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
    }
    return difference === 0;
}

function deviceClass(agent) {
    if (/SMART-?TV|SmartTV|Tizen|Web0S|webOS|BRAVIA|AppleTV|Apple TV|AFT[A-Z]|Roku|CrKey|GoogleTV|Xbox|PlayStation/i.test(agent)) {
        return 'tv';
    }
    return /Mobile|Android|iPhone|iPad|iPod/i.test(agent) ? 'mobile' : 'desktop';
}

function drmSystem(agent) {
    if (/Edg\/|Xbox|PlayStation|Tizen|Web0S/.test(agent)) {
        return 'playready';
    }
    const apple = /AppleTV|Apple TV|iPhone|iPad|iPod/.test(agent) || (/Safari\//.test(agent) && !/Chrom(e|ium)\/|Android/.test(agent));
    return apple ? 'fairplay' : 'widevine';
}

function refuse(status, description) {
    return {
        statusCode: status,
        statusDescription: description,
        headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: 'text/plain' } },
        body: description
    };
}
