#!/bin/sh
# 以服务的身份运行 xunjian：同样的用户、文件夹和密码。安装为 /usr/local/bin/xunjian，由 root 使用。
# 相对路径从 /var/lib/xunjian 算起。
exec systemd-run --quiet --pty --pipe --wait --collect \
  --property=User=xunjian \
  --property=Group=xunjian \
  --property=WorkingDirectory=/var/lib/xunjian \
  --property=StateDirectory=xunjian \
  --property=StateDirectoryMode=0700 \
  --property=CacheDirectory=xunjian \
  --property=UMask=0077 \
  --property=Environment=LANG=C.UTF-8 \
  --property=Environment=MPLCONFIGDIR=/var/cache/xunjian \
  --property=EnvironmentFile=-/etc/xunjian/xunjian.env \
  /opt/xunjian/.venv/bin/xunjian "$@"
