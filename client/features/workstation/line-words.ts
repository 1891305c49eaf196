import { defineWords } from '../../app/i18n.ts';

export const lineWords = defineWords({
  zh: {
    line: '网络线路',
    rate: '{value} Mbit/s',
    roundTrip: '往返 {value} ms',
    toCome: '待载 {value} 块',
    about:
      '按本页实际收发测得。线路慢时，可见的图像最先载入，其次是阅片方向上的邻近视野和托盘中的前后切片。',
    light: '省流量画质',
    lightAbout:
      '图块重新压缩，字节约为三分之一，细节有损。仅用于浏览定位，判读请恢复原画质。只在这台电脑上记住。',
    lightOn: '省流量画质，细节有损',
    lightOff: '恢复原画质',
  },
  en: {
    line: 'Line to the server',
    rate: '{value} Mbit/s',
    roundTrip: '{value} ms round trip',
    toCome: '{value} tiles to come',
    about:
      'Measured on what this page sends and receives. On a slow line, what you see comes first, then the fields ahead of you and the slides beside this one in the tray.',
    light: 'Lighter image quality',
    lightAbout:
      'Tiles are compressed again to about a third of their bytes, and lose detail. For finding your way; go back to full quality to make a diagnosis. Remembered on this computer only.',
    lightOn: 'Lighter quality: detail is lost',
    lightOff: 'Back to full quality',
  },
});
