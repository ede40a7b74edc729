"""市大数据中心: the licences that the city holds on a resident, to show, to share and to sign with."""
