// data-scan on a form: where the browser reads codes by itself, its button opens the camera and the
// first card's number is sent. Elsewhere the button stays hidden, and one types or uses a scanner gun.
const FORMATS = ["qr_code", "code_128"];
const form = document.querySelector("form[data-scan]");

const watch = async (detector, video, field) => {
  while (video.srcObject) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code) {
      field.value = code.rawValue;
      stop(video);
      form.requestSubmit();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
};

const stop = (video) => {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  video.hidden = true;
};

const open = async (video, said) => {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
  } catch {
    said.hidden = false;
    return;
  }
  video.hidden = false;
  await video.play();
  watch(new BarcodeDetector({ formats: FORMATS }), video, form.querySelector("input"));
};

if (form && "BarcodeDetector" in window && navigator.mediaDevices) {
  const video = document.querySelector("[data-scan-video]");
  const button = document.querySelector("[data-scan-open]");
  button.hidden = false;
  button.addEventListener("click", () =>
    video.srcObject ? stop(video) : open(video, document.querySelector("[data-scan-refused]")),
  );
  addEventListener("pagehide", () => stop(video));
}
