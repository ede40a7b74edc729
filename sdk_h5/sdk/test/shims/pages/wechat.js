// A page as a department wrote it for WeChat some years ago: globals, callbacks, no modules.
var state = document.getElementById('state');

function say(text) {
  state.innerHTML = '';
  state.appendChild(document.createTextNode(text));
}

function onClick(id, handler) {
  document.getElementById(id).addEventListener('click', handler, false);
}

wx.config({
  debug: false,
  appId: 'wx0000000000000000',
  timestamp: 1414587457,
  nonceStr: 'Wm3WZYTPz0wzccnW',
  signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
  jsApiList: ['scanQRCode', 'getLocation', 'chooseWXPay', 'updateAppMessageShareData', 'closeWindow'],
});

wx.ready(() => {
  wx.hideOptionMenu();
  wx.updateAppMessageShareData({
    title: '扫码取号',
    desc: '到大厅扫码，手机排队',
    link: location.href.split('#')[0],
    imgUrl: location.origin + '/share.png',
    success: () => {
      say('可以扫码');
    },
  });
});

wx.error((res) => {
  say('请在城市应用中打开：' + res.errMsg);
});

onClick('scan', () => {
  wx.scanQRCode({
    needResult: 1,
    scanType: ['qrCode', 'barCode'],
    success: (res) => {
      say('取号成功：' + res.resultStr);
    },
    cancel: () => {
      say('没有扫码');
    },
    fail: (res) => {
      say(res.errMsg);
    },
  });
});

onClick('near', () => {
  wx.getLocation({
    type: 'gcj02',
    success: (res) => {
      say('您在 ' + res.latitude.toFixed(4) + ',' + res.longitude.toFixed(4));
    },
    fail: () => {
      say('无法定位');
    },
  });
});

onClick('pay', () => {
  wx.chooseWXPay({
    timestamp: 1414723227,
    nonceStr: 'noncestr',
    package: 'prepay_id=u802345jgfjsdfgsdg888',
    signType: 'MD5',
    paySign: 'sign',
    success: () => {
      say('支付成功');
    },
    cancel: () => {
      say('取消支付');
    },
  });
});

onClick('send', () => {
  wx.onecity.share();
});

onClick('leave', () => {
  wx.closeWindow();
});
