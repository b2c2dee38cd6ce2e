// Viewer request of the API: what no caller of ours sends is refused, and the API learns the viewer's address.
const PATH = /^\/(?:[A-Za-z0-9_-][A-Za-z0-9._~-]{0,127}(?:\/[A-Za-z0-9_-][A-Za-z0-9._~-]{0,127}){0,7}\/?)?$/;
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const MISLEADING = [
    'forwarded', 'x-client-ip', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-server', 'x-host', 'x-http-method',
    'x-http-method-override', 'x-method-override', 'x-original-host', 'x-original-url', 'x-real-ip', 'x-rewrite-url', 'true-client-ip'
];

function handler(event) {
    const request = event.request;
    if (!METHODS.includes(request.method)) {
        return refuse(405, 'Method Not Allowed');
    }
    if (request.uri.length > 1024 || !PATH.test(request.uri)) {
        return refuse(400, 'Bad Request');
    }
    for (let i = 0; i < MISLEADING.length; i++) {
        delete request.headers[MISLEADING[i]];
    }
    request.headers['x-marquee-viewer'] = { value: event.viewer.ip };
    return request;
}

function refuse(status, description) {
    return {
        statusCode: status,
        statusDescription: description,
        headers: { 'cache-control': { value: 'no-store' }, 'content-type': { value: 'application/json' } },
        body: JSON.stringify({ error: { code: 'refused', message: description } })
    };
}
