// Clear Key for DASH. A manifest names the vendors' systems alone: what is packaged for production stays as it is, and the page adds
// the system that this browser has. The key ids are in the manifest already, the licence comes from the platform.

const SYSTEM = 'urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e'; // DASH-IF, "Content protection identifiers": W3C Clear Key

/** For shaka's `manifest.dash.manifestPreprocessorTXml`. */
export function withClearKey(element) {
  const elements = element.children.filter((child) => child.tagName);
  elements.forEach(withClearKey);
  if (elements.some((child) => child.tagName === 'ContentProtection' && child.attributes['cenc:default_KID'])) {
    element.children.push({
      tagName: 'ContentProtection', attributes: { schemeIdUri: SYSTEM, value: 'ClearKey1.0' }, children: [], parent: element
    });
  }
}
