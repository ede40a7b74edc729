const LONGEST_SIDE = 720;
const QUALITY = 0.85;

/** A photograph, no larger than a face check needs, as JPEG in base64. What the camera wrote beside it stays behind. */
export async function pictureOf(file: Blob): Promise<string> {
  const image = await createImageBitmap(file);
  const shrink = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(image.width * shrink);
  canvas.height = Math.round(image.height * shrink);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return canvas.toDataURL('image/jpeg', QUALITY).split(',')[1] ?? '';
}
