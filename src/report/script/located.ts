/** A file from the root of its repository; `isInside` false: it has none there, and the path is whole. */
export interface Located {
  path: string;
  isInside: boolean;
}

/** Names a file of a report. */
export type Locate = (file: string) => Located;
