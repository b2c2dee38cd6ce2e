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
  }

  /** Plays a title or a live channel. Throws Refused if the platform says no, and shaka's errors; later ones go to `onFailure`. */
  async start(token, content, protocol) {
    await this.stop();
    this.session = await begin(token, content.id, content.live, device);
    this.player = new Player();
    await this.player.attach(this.video);
    this.player.configure({
      cmcd: { enabled: true, useHeaders: false, sessionId: this.session.session, contentId: this.session.contentId },
      manifest: { dash: { manifestPreprocessorTXml: withClearKey } },
      streaming: { lowLatencyMode: content.live, bufferingGoal: AHEAD },
      preferredVideo: PREFERRED,
      restrictions: LARGEST[this.session.quality],
      drm: { servers: protocol === 'dash' ? { 'org.w3.clearkey': this.session.licence.clearkey } : {} }
    });
    this.player.addEventListener('error', (event) => this.onFailure(event.detail));
    this.player.getNetworkingEngine().registerRequestFilter((type, request) => this.allow(type, request));
    this.beacons = new Beacons(this.session.beacon, this.session.licence.token, this.video, this.player);
    await this.player.load(this.session.manifests[protocol]);
    await this.video.play();
    return this.session;
  }

  /** Media come with cookies, keys with the licence token. */
  allow(type, request) {
    if (request.uris[0].startsWith('data:')) {
      // A key of HLS that shaka has already. It adds CMCD to this address too, which then holds no valid base64.
      request.uris = request.uris.map((uri) => uri.replace(/[?&]CMCD=.*$/, ''));
    } else if (type === RequestType.LICENSE || type === RequestType.KEY) {
      request.headers.authorization = `Bearer ${this.session.licence.token}`;
      if (type === RequestType.LICENSE) {
        request.headers['content-type'] = 'application/json';
      }
    } else {
      request.allowCrossSiteCredentials = true;
    }
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
    this.player.configure('abr.enabled', !quality);
    if (quality) {
      this.player.selectVariantTrack(quality.track, true, 1);
    }
  }

  captions() {
    return this.player?.getTextTracks() ?? [];
  }

  /** One of `captions()`, or none. The browser draws them, as its user has set it up. */
  caption(track) {
    this.player.selectTextTrack(track ?? null);
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
    await this.beacons?.stop();
    await this.player?.destroy();
    this.beacons = this.player = this.session = undefined;
  }
}
