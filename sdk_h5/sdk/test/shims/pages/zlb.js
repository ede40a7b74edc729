// A page as a department wrote it for another city's app: ZWJSBridge for the app, mgop for its own server.
var APP_KEY = 'y5fpvsx8+2001833851+bfxgqw';

function ask(api, type, data) {
  return new Promise((resolve, reject) => {
    mgop({
      api: api,
      host: 'https://mapi.example.invalid/',
      dataType: 'JSON',
      type: type,
      appKey: APP_KEY,
      data: data,
      header: { isTestUrl: '1' },
      onSuccess: (res) => {
        if (res.ret[0] === '1000::调用成功') resolve(res.data);
        else reject(res);
      },
      onFail: reject,
    });
  });
}

function say(text) {
  document.getElementById('state').innerText = text;
}

ZWJSBridge.onReady(() => {
  ZWJSBridge.setTitle({ title: '场馆预约' });
  ZWJSBridge.getUiStyle().then((res) => {
    document.body.className = res.uiStyle === 'elder' ? 'elder' : '';
  });
  ZWJSBridge.showPreloader({ text: '请稍候' });
  ask('mgop.city.venue.list', 'GET', { page: 1 })
    .then((data) => {
      data.list.forEach((hall) => {
        var item = document.createElement('li');
        item.innerText = hall.name;
        document.getElementById('list').appendChild(item);
      });
    })
    .catch((err) => {
      say(err.ret[0]);
    })
    .then(() => {
      ZWJSBridge.hidePreloader();
    });
});

document.getElementById('book').onclick = () => {
  ZWJSBridge.confirm({ title: '预约', message: '确认预约明天上午？', buttonLabels: ['确定', '取消'] })
    .then((res) => {
      if (res.buttonIndex !== 0) return say('没有预约');
      return ask('mgop.city.venue.book', 'POST', { hall: 'h1', day: '2026-11-27' }).then((data) => {
        ZWJSBridge.toast({ type: 'success', message: '预约成功' });
        say('预约号 ' + data.number);
      });
    })
    .catch((err) => {
      say((err.ret && err.ret[0]) || err.errorMessage);
    });
};

document.getElementById('call').onclick = () => {
  ZWJSBridge.phoneCall({ corpId: '12345' }).catch((err) => {
    say(err.errorMessage);
  });
};
