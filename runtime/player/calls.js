// What the page asks of servers: the console of this machine for titles, uploads and a viewer to be; the platform's API for playback.

export const api = location.origin.replace(/^(https?:\/\/)(?:player\.)?/, '$1api.');

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.message ?? `the server answered ${status}`);
    this.status = status;
    this.code = problem?.code ?? String(status);
  }
}

async function asked(url, options = {}) {
  const answer = await fetch(url, options);
  const body = answer.headers.get('content-type')?.startsWith('application/json') ? await answer.json() : null;
  if (!answer.ok) {
    throw new Refused(answer.status, body?.error);
  }
  return body;
}

export const titles = () => asked('console/titles');

/** Renditions and their percents of an upload, and its outcome once there is one. */
export const progressOf = ({ title, version }) => asked(`console/uploads/${title}?version=${encodeURIComponent(version)}`);

const HALF_HOUR = 30 * 60 * 1000; // milliseconds: half the life of a JWT
const signedIn = new Map();

/** Signs the local viewer in, entitled to `quality` (SD, HD, UHD or none), and answers a JWT. */
export async function signIn(quality) {
  const known = signedIn.get(quality);
  if (known && Date.now() - known.since < HALF_HOUR) {
    return known.token;
  }
  const { token } = await asked('console/session', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ quality })
  });
  signedIn.set(quality, { token, since: Date.now() });
  return token;
}

/** Begins a playback session. Cookies for the media come with the answer. */
export function begin(token, contentId, live, device) {
  return asked(`${api}/playback`, {
    method: 'POST',
    credentials: 'include',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ contentId, live, device })
  });
}

/** Uploads with progress, which fetch cannot tell. `onProgress` is given a share from 0 to 1. */
export function upload(file, title, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `console/uploads?name=${encodeURIComponent(file.name)}&title=${encodeURIComponent(title)}`);
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => request.status < 300 ? resolve(request.response) : reject(new Refused(request.status, request.response?.error));
    request.onerror = () => reject(new Refused(0, { message: 'the connection broke' }));
    request.send(file);
  });
}
