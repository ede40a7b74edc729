import sys

from mock_services.licences.app import create_app
from mock_services.licences.operations import document
from mock_services.shared.command import Department, run
from mock_services.shared.settings import DepartmentSettings

DEPARTMENT = Department(
    module="mock_services.licences",
    title="市大数据中心 · 电子证照: the licences department",
    settings=DepartmentSettings,
    create_app=create_app,
    document=document,
)

if __name__ == "__main__":
    sys.exit(run(DEPARTMENT))
