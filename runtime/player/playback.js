// One playback: a session of the platform, its keys, and shaka-player on the page's video element.
import { begin } from './calls.js';
import { Beacons } from './beacons.js';
import { withClearKey } from './clearkey.js';

const { Player, net, polyfill } = window.shaka;
const { RequestType } = net.NetworkingEngine;
polyfill.installAll();

/** What each quality has keys for: another picture would be asked for in vain. */
const MOST_PIXELS = { SD: 1024 * 576, HD: 1920 * 1080, UHD: Infinity };

const device = { id: localStorage.getItem('device') ?? crypto.randomUUID(), type: 'browser' };
localStorage.setItem('device', device.id);

export class Playback {
  constructor(video, captionsLayer) {
    this.video = video;
    this.captionsLayer = captionsLayer;
  }

  /** Plays a title or a live channel. Throws Refused if the platform says no, and shaka's errors. */
  async start(token, content, protocol) {
    await this.stop();
    this.session = await begin(token, content.id, content.live, device);
    this.player = new Player();
    await this.player.attach(this.video);
    this.player.setVideoContainer(this.captionsLayer);
    this.player.configure({
      cmcd: { enabled: true, useHeaders: false, sessionId: this.session.session, contentId: this.session.contentId },
      manifest: { dash: { manifestPreprocessorTXml: withClearKey } },
      streaming: { lowLatencyMode: content.live, bufferingGoal: 12 },
      restrictions: { maxPixels: MOST_PIXELS[this.session.quality] },
      drm: { servers: protocol === 'dash' ? { 'org.w3.clearkey': this.session.licence.clearkey } : {} }
    });
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
    return [...seen].map(([name, track]) => ({ name, track })).sort((one, other) => other.track.bandwidth - one.track.bandwidth);
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

  async caption(track) {
    if (track) {
      await this.player.selectTextTrack(track);
    }
    await this.player.setTextTrackVisibility?.(Boolean(track));
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
