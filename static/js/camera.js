// <div data-camera data-input="id_photo">: a photo taken here goes into the file input as a JPEG.
// All texts stand in components/camera.html. Whatever fails, the file input stays as it was.
(() => {
  const LONGEST = 1600; // pixels: enough for a face and a curtain, small enough for a slow line
  const QUALITY = 0.9;

  const problem = (box, error) => {
    const texts = box.dataset;
    if (error.name === "NotAllowedError") return texts.denied;
    if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return texts.missing;
    return texts.failed;
  };

  const draw = (video) => {
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
  };

  const start = (box) => {
    const input = document.getElementById(box.dataset.input);
    if (!input || !navigator.mediaDevices?.getUserMedia) return;
    box.append(box.querySelector("template").content.cloneNode(true));
    const part = (name) => box.querySelector(`[data-part="${name}"]`);
    const [video, shot, say] = [part("video"), part("shot"), part("say")];
    let stream = null;
    let photo = null;

    // Which parts are seen in which of the steps: closed, live, taken.
    const step = (name) => {
      for (const element of box.querySelectorAll("[data-in]")) {
        element.hidden = !element.dataset.in.split(" ").includes(name);
      }
    };
    const stop = () => {
      stream?.getTracks().forEach((track) => track.stop());
      stream = null;
    };
    const preview = (file) => {
      if (shot.src) URL.revokeObjectURL(shot.src);
      shot.hidden = !file?.type.startsWith("image/");
      if (shot.hidden) shot.removeAttribute("src");
      else shot.src = URL.createObjectURL(file);
    };
    const acts = {
      open: async () => {
        try {
          say.textContent = "";
          stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
          video.srcObject = stream;
          await video.play();
          step("live");
          part("take").focus();
        } catch (error) {
          acts.cancel();
          say.textContent = problem(box, error);
        }
      },
      take: async () => {
        photo = await draw(video);
        stop();
        preview(photo);
        step("taken");
        part("use").focus();
      },
      use: () => {
        const files = new DataTransfer();
        files.items.add(new File([photo], "photo.jpg", { type: "image/jpeg" }));
        input.files = files.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        input.dispatchEvent(new Event("input", { bubbles: true }));
        step("closed");
        say.textContent = box.dataset.ready;
        part("open").focus();
      },
      cancel: () => {
        stop();
        preview(input.files[0]);
        step("closed");
      },
    };
    box.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
    input.addEventListener("change", () => preview(input.files[0]));
    window.addEventListener("pagehide", stop);
    step("closed");
  };

  document.querySelectorAll("[data-camera]").forEach(start);
})();
