/** A UID has at most 64 letters (PS3.5, 9.1); files are met whose have a few more, and are named by them all the same. */
export const UID_PATTERN = /^[0-9.]{1,128}$/;
