// One playback: a session of the platform, its keys, and shaka-player on the page's video element.
import { begin } from './calls.js';
import { Beacons } from './beacons.js';
import { withClearKey } from './clearkey.js';

const { Player, net, polyfill } = window.shaka;
const { RequestType } = net.NetworkingEngine;
polyfill.installAll();

/** Pictures that each quality has keys for: it would ask for others in vain. Portrait counts as landscape. */
const LARGEST = {
  SD: { maxWidth: 1024, maxHeight: 1024, maxPixels: 1024 * 576 },
  HD: { maxWidth: 1920, maxHeight: 1920, maxPixels: 1920 * 1080 },
  UHD: {}
};
// The page's address may say how many seconds to have ready (`?buffer=2`) and which codec to prefer (`?codec=av01`).
const asked = new URLSearchParams(location.search);
const AHEAD = Number(asked.get('buffer')) || 12;
const PREFERRED = asked.has('codec') ? [{ codec: asked.get('codec') }] : [];

const device = { id: localStorage.getItem('device') ?? crypto.randomUUID(), type: 'browser' };
localStorage.setItem('device', device.id);

export class Playback {
  constructor(video) {
    this.video = video;
    this.onFailure = () => {};
    this.started = 0;
  }

  /**
   * Plays a title or a live channel. Throws Refused if the platform says no, and shaka's errors; later ones go to `onFailure`.
   * A later call ends this one wherever it is: it then throws something, which its caller has no use for.
   */
  async start(token, content, protocol) {
    const turn = ++this.started;
    await this.stop();
    const session = await begin(token, content.id, content.live, device);
    const player = new Player();
    await player.attach(this.video);
    if (turn !== this.started) {
      await player.destroy();
      throw new Error('something else was chosen');
    }
    Object.assign(this, { session, player });
    player.configure({
      cmcd: { enabled: true, useHeaders: false, sessionId: session.session, contentId: session.contentId },
      manifest: { dash: { manifestPreprocessorTXml: withClearKey } },
      streaming: { lowLatencyMode: content.live, bufferingGoal: AHEAD },
      preferredVideo: PREFERRED,
      restrictions: LARGEST[session.quality],
      abr: { restrictions: LARGEST[session.quality] }, // by these alone HLS's first rung is chosen, before there is a key to ask for
      drm: { servers: protocol === 'dash' ? { 'org.w3.clearkey': session.licence.clearkey } : {} }
    });
    player.addEventListener('error', (event) => player === this.player && this.onFailure(event.detail));
    player.getNetworkingEngine().registerRequestFilter((type, request) => allow(session, type, request));
    this.beacons = new Beacons(session.beacon, session.licence.token, this.video, player);
    await player.load(session.manifests[protocol]);
    await this.video.play();
    return session;
  }

  /** Pictures that can be chosen, the largest first. */
  qualities() {
    const seen = new Map();
    for (const track of this.player?.getVariantTracks() ?? []) {
      const name = `${track.height}p ${track.videoCodec?.split('.')[0] ?? ''}`.trim();
      if (!seen.has(name) || seen.get(name).bandwidth < track.bandwidth) {
        seen.set(name, track);
      }
    }
    return [...seen].map(([name, track]) => ({ name, track })).sort((one, other) => other.track.height - one.track.height);
  }

  /** One of `qualities()`, or none to let the player choose. */
  choose(quality) {
    this.player?.configure('abr.enabled', !quality);
    if (quality) {
      this.player?.selectVariantTrack(quality.track, true, 1);
    }
  }

  captions() {
    return this.player?.getTextTracks() ?? [];
  }

  /** One of `captions()`, or none. The browser draws them, as its user has set it up. */
  caption(track) {
    this.player?.selectTextTrack(track ?? null);
  }

  /** Where one can seek to, first and last second; of live also how far behind it is. */
  span() {
    if (this.player?.isLive()) {
      return { ...this.player.seekRange(), behind: this.player.getStats().liveLatency };
    }
    return { start: 0, end: Number.isFinite(this.video.duration) ? this.video.duration : 0 };
  }

  /** Whether pictures are shown that took no key. */
  isClear() {
    return this.video.getVideoPlaybackQuality().totalVideoFrames > 0 && !Object.keys(this.player?.getKeyStatuses() ?? { none: '' }).length;
  }

  figures() {
    if (!this.player) {
      return {};
    }
    const stats = this.player.getStats();
    const active = this.player.getVariantTracks().find((track) => track.active);
    const quality = this.video.getVideoPlaybackQuality();
    return {
      'Picture': active ? `${active.width}x${active.height} ${active.videoCodec}` : '',
      'Bitrate': active ? `${Math.round(active.bandwidth / 1000)} kbit/s` : '',
      'Frames': `${quality.totalVideoFrames}, ${quality.droppedVideoFrames} dropped`,
      'Startup': Number.isFinite(stats.loadLatency) ? `${Math.round(stats.loadLatency * 1000)} ms` : '',
      'Waited': `${stats.bufferingTime?.toFixed(1) ?? 0} s`,
      'Behind live': this.player.isLive() && Number.isFinite(stats.liveLatency) ? `${stats.liveLatency.toFixed(1)} s` : ''
    };
  }

  async stop() {
    const { beacons, player } = this;
    this.beacons = this.player = this.session = undefined;
    await beacons?.stop();
    await player?.destroy();
  }
}

/** Media come with cookies, keys with the licence token. */
function allow(session, type, request) {
  if (request.uris[0].startsWith('data:')) {
    // A key of HLS that shaka has already. It adds CMCD to this address too, which then holds no valid base64.
    request.uris = request.uris.map((uri) => uri.replace(/[?&]CMCD=.*$/, ''));
  } else if (type === RequestType.LICENSE || type === RequestType.KEY) {
    request.headers.authorization = `Bearer ${session.licence.token}`;
    if (type === RequestType.LICENSE) {
      request.headers['content-type'] = 'application/json';
    }
  } else {
    request.allowCrossSiteCredentials = true;
  }
}
